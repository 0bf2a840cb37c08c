import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ordinaryEnvironment } from './processes.ts';
import { realStores, startProvider, type TestProvider } from './provider.ts';

export type Ran = { code: number | null; said: string; all: string };

/** A provider on real stores, and how commands are run beside it: each a process of its own, as an operator starts it. */
export async function startWithCommands({
  environment: more = {},
}: {
  environment?: Record<string, string>;
} = {}): Promise<{
  provider: TestProvider;
  /** One that a test stops half way. */
  start(program: string, args: readonly string[]): ChildProcess;
  run(program: string, args: readonly string[], given?: { typed?: string }): Promise<Ran>;
}> {
  const stores = await realStores();
  const provider = await startProvider({ stores, environment: more });
  const environment = {
    ...ordinaryEnvironment(),
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    PANJEREH_ISSUER: provider.issuer,
    PANJEREH_KEYS_FOLDER: provider.services.settings.keysFolder,
  };
  return {
    provider,
    start: (program, args) => spawn(process.execPath, [`src/commands/${program}.ts`, ...args], { env: environment }),
    async run(program, args, { typed = '' } = {}) {
      const child = spawn(process.execPath, [`src/commands/${program}.ts`, ...args], { env: environment });
      child.stdin.end(typed);
      const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: child.exitCode, said, all: said + complained };
    },
  };
}
