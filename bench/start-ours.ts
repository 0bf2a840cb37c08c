import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import { outsideSettings } from '#tests/support/outside-settings.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { GENERATOR_CORE, SERVER_CORE, spawnPinned } from './processes.ts';
import type { Side } from './side.ts';
import { startStores } from './stores.ts';

const filledMessage = z.object({
  filled: z.object({
    sessionCookies: z.array(z.string()),
    refreshTokens: z.array(z.string()),
    nationalCodes: z.array(z.string()),
    operatorCookie: z.string(),
  }),
});

const repository = new URL('..', import.meta.url).pathname;
const issuer = 'https://sso.bench.example';

export type Ours = Side & {
  versions: Record<string, string>;
  startedInMs: number;
  redisUrl: string;
  databaseUrl: string;
  /** Of somebody of the ministry who is signed in to the console. */
  operatorCookie: string;
};

/** Our server as production starts it, behind what looks to it like a TLS proxy on this machine. */
export async function startOurs({
  citizens,
  withPassword,
  relyingParties = 0,
  nodeOptions = [],
  environment: more = {},
  onCluster = false,
}: {
  citizens: number;
  withPassword: number;
  /** Beside those that are measured. */
  relyingParties?: number;
  /** Instead of what production has. */
  environment?: Readonly<Record<string, string>>;
  nodeOptions?: readonly string[];
  onCluster?: boolean;
}): Promise<Ours> {
  const [stores, folder] = await Promise.all([startStores({ onCluster }), temporaryFolder('bench')]);
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const keysFolder = join(folder.path, 'keys');
  createMasterKeyFile(keysFolder, 'bench');
  const environment = {
    NODE_ENV: 'production',
    // As in the container, where the image brings what was compiled; here the preparation leaves it behind.
    NODE_COMPILE_CACHE: join(folder.path, 'compiled'),
    ...outsideSettings,
    REDIS_URL: stores.redisUrl,
    DATABASE_URL: stores.databaseUrl,
    PANJEREH_ISSUER: issuer,
    PANJEREH_PORT: String(port),
    PANJEREH_METRICS_PORT: String(metricsPort),
    PANJEREH_KEYS_FOLDER: keysFolder,
    PANJEREH_TRUSTED_PROXIES: '127.0.0.1',
    PANJEREH_PASSWORD_WORKERS: '1',
    PANJEREH_DRAIN_SECONDS: '0',
    ...more,
  };
  const filled = await prepare(environment, { citizens, withPassword, relyingParties });

  const logFile = join(folder.path, 'server.log');
  const origin = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  // The shell becomes taskset and that becomes node, so the pid stays the same; it only sends the log to a file.
  const server = await startProcess({
    command: '/bin/sh',
    args: [
      '-c',
      'exec "$@" >"$0" 2>&1',
      logFile,
      'taskset',
      '-c',
      String(SERVER_CORE),
      process.execPath,
      ...nodeOptions,
      ...productionCommand(),
    ],
    cwd: repository,
    env: environment,
    ready: () => isReady(`${origin}/readyz`),
  });

  return {
    name: 'ours',
    origin,
    issuer,
    proxyHeaders: { host: new URL(issuer).host, 'x-forwarded-proto': 'https' },
    pid: server.pid,
    ...filled,
    versions: stores.versions,
    startedInMs: performance.now() - startedAt,
    redisUrl: stores.redisUrl,
    databaseUrl: stores.databaseUrl,
    readStores: async () => ({ ...(await stores.read()), roundTrips: await readRoundTrips(metricsPort) }),
    async stop() {
      await server.stop();
      for (const line of errorsIn(logFile)) process.stderr.write(`server log: ${line}\n`);
      await stores.stop();
      await folder.remove();
    },
  };
}

async function prepare(
  environment: Record<string, string>,
  wanted: { citizens: number; withPassword: number; relyingParties: number },
) {
  const child = spawnPinned([new URL('prepare.ts', import.meta.url).pathname], {
    core: GENERATOR_CORE,
    environment: { PATH: process.env.PATH, ...environment, PANJEREH_LOG_LEVEL: 'error' },
    withIpc: true,
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the preparation ended with ${code}`)));
  child.send(wanted);
  const [message] = await Promise.race([once(child, 'message'), ended]);
  await ended.catch(() => undefined);
  return filledMessage.parse(message).filled;
}

/** What the container runs after `node`: options and program. */
function productionCommand(): readonly string[] {
  const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');
  const [program, ...rest] = z.array(z.string()).parse(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]'));
  if (program !== 'node' || rest.at(-1) !== 'src/main.ts')
    throw new Error('the Dockerfile no longer starts src/main.ts');
  return rest;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** The first few: a failure in the figures has its reason there. */
function errorsIn(logFile: string): string[] {
  const lines = readFileSync(logFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && (line.includes('"level":"error"') || !line.startsWith('{'))).slice(0, 3);
}

/** What our state store asked of Redis, one round trip each; counted by the server's own metrics. */
async function readRoundTrips(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const counts = text.matchAll(/^panjereh_redis_command_seconds_count\S* (\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
