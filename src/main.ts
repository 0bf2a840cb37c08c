import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createLog } from '#platform/log.ts';
import { createApp } from './app.ts';
import { seedDemo } from './commands/seed-demo.ts';
import { createServices } from './services.ts';
import { readSettings } from './settings.ts';

/** Starts, listens, drains, stops. */
async function main(): Promise<void> {
  const settings = readSettings();
  const log = createLog({ level: settings.logLevel });
  const services = await createServices(settings, { log });
  if (settings.isDemo) await seedDemo(services);
  const { server, metricsServer, setDraining } = createApp(services);
  await Promise.all([listen(server, settings.listen), listen(metricsServer, settings.metrics)]);
  log.info(
    {
      issuer: settings.issuer,
      ...settings.listen,
      database: services.isEmbedded ? 'embedded' : 'postgresql',
      state: settings.redisUrl === undefined ? 'memory' : 'redis',
    },
    'ready',
  );

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'draining');
    setDraining();
    // Proxies need a look or two at /readyz before they send people elsewhere.
    if (settings.isProduction) await wait(settings.drainSeconds * 1000);
    await Promise.all([close(server), close(metricsServer)]);
    await services.close();
    log.info('stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop(signal).catch((error: unknown) => fail(error)));
  }
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

/** New connections are refused, requests under way are finished, idle connections are closed. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
}

/** A message for the person who starts it; the stack only where nobody foresaw the failure. */
function fail(error: unknown): void {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Errors with a class of their own were written for people; those of the language are mistakes of ours.
  const isMistake = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  const isForeseen = error.constructor !== Error && !isMistake;
  return isForeseen ? error.message : (error.stack ?? error.message);
}

await main().catch(fail);
