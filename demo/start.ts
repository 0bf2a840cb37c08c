import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chdir } from 'node:process';
import { fileURLToPath } from 'node:url';
import { findTakenPort } from './start/ports.ts';
import { runServices } from './start/run.ts';
import { demoServices, PORTS } from './start/services.ts';
import { readDemoPeople, welcome } from './start/welcome.ts';

/** What `npm start` runs: the provider on its embedded stores, two universities and an SMS inbox, until Ctrl-C. */
const DATA_FOLDER = '.data';

async function main(): Promise<number> {
  chdir(fileURLToPath(new URL('..', import.meta.url)));
  mkdirSync(DATA_FOLDER, { recursive: true });
  // Node keeps what it compiled: a second start spends a third less time on loading code.
  process.env.NODE_COMPILE_CACHE ??= join(DATA_FOLDER, 'compile-cache');
  const taken = await findTakenPort(PORTS);
  if (taken !== undefined) {
    process.stderr.write(
      `Port ${taken} is taken by another program: stop it (lsof -i :${taken} names it) and run npm start again.\n`,
    );
    return 1;
  }
  const end = await runServices({
    services: demoServices({ dataFolder: DATA_FOLDER }),
    onReady: sayWelcome,
    stopAsked: stopAsked(),
  });
  if (end.outcome === 'stopped') return 0;
  process.stderr.write(`\nThe demo stopped: ${end.reason}\n`);
  return 1;
}

function sayWelcome(): void {
  process.stdout.write(
    welcome({
      // Counted from the start of this process, so that loading our own code is not left out.
      seconds: performance.now() / 1000,
      people: readDemoPeople(`${DATA_FOLDER}/demo-people.json`),
      database: process.env.DATABASE_URL ? 'given' : 'embedded',
      redis: process.env.REDIS_URL ? 'given' : 'embedded',
      dataFolder: DATA_FOLDER,
    }),
  );
}

/** The first signal asks for a clean end. npm passes Ctrl-C on, so a second one within a moment is the same one. */
function stopAsked(): AbortSignal {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.abort());
  return asked.signal;
}

process.exitCode = await main();
