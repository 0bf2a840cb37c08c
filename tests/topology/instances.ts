import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import { outsideSettings } from '#tests/support/outside-settings.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startPostgres } from '#tests/support/postgres.ts';
import { type RunningProcess, startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startRedis } from '#tests/support/redis.ts';

/** What a program of ours said, and how it ended. */
export type Ended = { code: number; output: string };
export type Environment = Record<string, string>;

/** Private stores and a master key, prepared as the documentation says: migrate, then `keys init`. */
export type Site = {
  folder: string;
  issuer: string;
  proxyPort: number;
  databaseUrl: string;
  redisUrl: string;
  /** What every instance is given; it listens nowhere yet. */
  environment: Environment;
  close(): Promise<void>;
};

export async function prepareSite({ isInitialised = true }: { isInitialised?: boolean } = {}): Promise<Site> {
  const [folder, postgres, redis, proxyPort] = await Promise.all([
    temporaryFolder('site'),
    startPostgres(),
    startRedis(),
    findFreePort(),
  ]);
  createMasterKeyFile(`${folder.path}/keys`, 'first');
  const databaseUrl = await postgres.createDatabase();
  const issuer = `https://localhost:${proxyPort}`;
  const environment: Environment = {
    NODE_ENV: 'production',
    ...outsideSettings,
    PANJEREH_ISSUER: issuer,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    PANJEREH_KEYS_FOLDER: `${folder.path}/keys`,
    PANJEREH_TRUSTED_PROXIES: '127.0.0.1',
    PANJEREH_PASSWORD_WORKERS: '1',
    PANJEREH_METRICS_PORT: '0',
    PANJEREH_DRAIN_SECONDS: '3',
    // Every answer in the log: rolling-restart.test.ts reads there who is asked.
    PANJEREH_LOG_LEVEL: 'debug',
    // Many starts of the same code: Node may keep what it compiled.
    NODE_COMPILE_CACHE: `${folder.path}/compiled`,
  };
  await mustSucceed(runProgram(['src/commands/migrate.ts'], environment));
  if (isInitialised) await mustSucceed(runProgram(['src/commands/keys.ts', 'init', '--by', 'tests'], environment));
  return {
    folder: folder.path,
    issuer,
    proxyPort,
    databaseUrl,
    redisUrl: redis.url,
    environment,
    async close() {
      await Promise.all([postgres.stop(), redis.stop()]);
      await folder.remove();
    },
  };
}

/** `node src/main.ts` on this port, waited for until it says that it is ready. */
export function startInstance(environment: Environment, port: number): Promise<RunningProcess> {
  return startProcess({
    command: process.execPath,
    args: ['src/main.ts'],
    env: { ...environment, PANJEREH_PORT: String(port) },
    ready: /"msg":"ready"/,
    readyWithin: 40_000,
  });
}

/** Runs one of our programs to its end, or stops it after the given time. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  { within = 30_000 }: { within?: number } = {},
): Promise<Ended> {
  const program = await startProcess({ command: process.execPath, args, env: environment });
  const tooLate = setTimeout(() => program.signal('SIGKILL'), within);
  const code = await program.exited;
  clearTimeout(tooLate);
  return { code, output: program.output() };
}

export async function mustSucceed(ending: Promise<Ended>): Promise<string> {
  const { code, output } = await ending;
  if (code !== 0) throw new Error(`it ended with ${code}:\n${output}`);
  return output;
}
