import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBinary } from '#tests/support/binaries.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { createDatabaseOn } from '#tests/support/postgres.ts';
import { type RunningProcess, startProcess } from '#tests/support/processes.ts';
import { startRedis } from '#tests/support/redis.ts';
import {
  type Ended,
  type Environment,
  mustSucceed,
  prepareSite,
  runProgram,
  type Site,
  startInstance,
} from './instances.ts';

let site: Site;
const started: (() => Promise<void>)[] = [];

beforeAll(async () => {
  site = await prepareSite();
}, 60_000);
afterAll(async () => {
  await Promise.all(started.map((stop) => stop()));
  await site?.close();
});

/** An undefined value takes the setting away. */
type Change = Record<string, string | undefined>;

function changed(change: Change): Environment {
  const all = { ...site.environment, PANJEREH_PORT: '0', ...change };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Starts it, and checks its settings; both must say no in the same words. */
async function refusals(change: Change): Promise<{ start: Ended; check: Ended }> {
  const environment = changed(change);
  const [start, check] = await Promise.all([
    runProgram(['src/main.ts'], environment),
    runProgram(['src/commands/check-settings.ts'], environment),
  ]);
  return { start, check };
}

async function expectRefusal(change: Change, words: RegExp): Promise<void> {
  const { start, check } = await refusals(change);
  expect(start.code, start.output).toBe(1);
  expect(start.output).toMatch(words);
  expect(start.output, 'a stack is for the unforeseen').not.toMatch(/^\s+at /m);
  expect(check.code, check.output).toBe(1);
  expect(check.output).toMatch(words);
}

async function expectStart(change: Change): Promise<void> {
  const environment = changed(change);
  const instance = await startInstance(environment, await findFreePort());
  await instance.stop();
  expect(await mustSucceed(runProgram(['src/commands/check-settings.ts'], environment))).toBe(
    'The settings are usable.\n',
  );
}

test('the control: what all refusals below differ from by one thing starts', () => expectStart({}), 40_000);

test.each<[string, Change, RegExp]>([
  ['an embedded database', { DATABASE_URL: undefined }, /DATABASE_URL: production needs PostgreSQL/],
  ['sessions in memory', { REDIS_URL: undefined }, /REDIS_URL: production needs Redis/],
  ['an issuer without TLS', { PANJEREH_ISSUER: 'http://sso.example.ir' }, /PANJEREH_ISSUER: production needs an https/],
  ['demo citizens', { PANJEREH_DEMO: '1' }, /PANJEREH_DEMO: demo citizens have known passwords/],
  ['ways to this machine', { PANJEREH_ALLOW_LOOPBACK: '1' }, /PANJEREH_ALLOW_LOOPBACK: .*refused in production/],
  ['a setting nobody knows', { PANJEREH_ISUER: 'x' }, /PANJEREH_ISUER: there is no such setting; \.env\.example/],
  [
    'a secret that is not there',
    { REDIS_URL_FILE: '/nowhere/redis-url' },
    /REDIS_URL_FILE: the file .* cannot be read/,
  ],
  ['a port that is none', { PANJEREH_METRICS_PORT: 'x' }, /PANJEREH_METRICS_PORT: must be a port number/],
  ['a proxy that is no address', { PANJEREH_TRUSTED_PROXIES: 'proxy' }, /PANJEREH_TRUSTED_PROXIES: must be addresses/],
  [
    'a database that is away',
    { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x' },
    /DATABASE_URL: PostgreSQL does not answer \(ECONNREFUSED\)/,
  ],
  ['a Redis that is away', { REDIS_URL: 'redis://127.0.0.1:9' }, /REDIS_URL: Redis does not answer/],
])('production refuses %s', (_what, change, words) => expectRefusal(change, words), 40_000);

test('every problem of the settings is told at once', async () => {
  const { start } = await refusals({ DATABASE_URL: undefined, PANJEREH_ISSUER: 'http://x', PANJEREH_DEMO: '1' });
  expect(start.output).toMatch(/DATABASE_URL.*PANJEREH_ISSUER.*PANJEREH_DEMO/s);
});

describe('master keys', () => {
  const good = randomBytes(32).toString('base64url');
  test.each([
    ['none', undefined, 0o600, /there is no master key: .* holds no \*\.key file/],
    ['one that others can read', good, 0o644, /can be read by others \(mode 0644\): run "chmod 600/],
    ['a short one', good.slice(0, 22), 0o600, /expected one line of 43 base64url characters/],
    ['one that repeats', Buffer.alloc(32, 7).toString('base64url'), 0o600, /is not random/],
  ])(
    'refused: %s',
    async (what, key, mode, words) => {
      const folder = `${site.folder}/keys-${what.replaceAll(' ', '-')}`;
      mkdirSync(folder);
      if (key !== undefined) writeFileSync(`${folder}/a.key`, `${key}\n`);
      if (key !== undefined) chmodSync(`${folder}/a.key`, mode);
      await expectRefusal({ PANJEREH_KEYS_FOLDER: folder }, words);
    },
    40_000,
  );

  test('a good key that did not seal this database is refused with what to do', async () => {
    const { start } = await refusals({ PANJEREH_KEYS_FOLDER: `${site.folder}/none`, PANJEREH_MASTER_KEY: good });
    expect(start.code).toBe(1);
    expect(start.output).toMatch(/master key/);
    expect(start.output).not.toMatch(/^\s+at /m);
  }, 40_000);
});

describe('Redis', () => {
  async function redisUrl(options: Parameters<typeof startRedis>[0]): Promise<string> {
    const redis = await startRedis(options);
    started.push(redis.stop);
    return redis.url;
  }

  test('one that evicts is refused', async () => {
    const url = await redisUrl({ policy: 'allkeys-lru' });
    await expectRefusal({ REDIS_URL: url }, /maxmemory-policy is allkeys-lru: .*set it to noeviction/);
    // Nobody can vouch for what Redis itself says is wrong.
    await expectRefusal({ REDIS_URL: url, PANJEREH_REDIS_VOUCHED: '1' }, /maxmemory-policy is allkeys-lru/);
  }, 60_000);

  test('one that saves nothing is refused', async () => {
    const url = await redisUrl({ appendonly: false });
    await expectRefusal({ REDIS_URL: url }, /neither AOF nor RDB is on: .*set "appendonly yes"/);
    await expectRefusal({ REDIS_URL: url, PANJEREH_REDIS_VOUCHED: '1' }, /neither AOF nor RDB is on/);
  }, 60_000);

  test('one that does not answer CONFIG is refused until somebody vouches for it', async () => {
    const { url, stop } = await startSilentRedis();
    started.push(stop);
    await expectRefusal({ REDIS_URL: url }, /PANJEREH_REDIS_VOUCHED=1/);
    await expectStart({ REDIS_URL: url, PANJEREH_REDIS_VOUCHED: '1' });
  }, 60_000);
});

/** As managed services offer it: RDB is on, and CONFIG does not exist. */
async function startSilentRedis(): Promise<{ url: string; stop: RunningProcess['stop'] }> {
  const port = await findFreePort();
  const redis = await startProcess({
    command: findBinary('redis-server'),
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', site.folder, '--save', '3600 1'],
      ...['--maxmemory-policy', 'noeviction', '--rename-command', 'CONFIG', ''],
    ],
    ready: /Ready to accept connections/,
  });
  return { url: `redis://127.0.0.1:${port}`, stop: redis.stop };
}

test('a production without signing keys says how to make them, and a database without tables how to bring them', async () => {
  const database = await createDatabaseOn(site.databaseUrl);
  const environment = changed({ DATABASE_URL: database });
  const bare = await runProgram(['src/main.ts'], environment);
  expect(bare).toMatchObject({ code: 1, output: expect.stringMatching(/npm run migrate/) });
  expect(bare.output).not.toMatch(/^\s+at /m);
  await mustSucceed(runProgram(['src/commands/migrate.ts'], environment));
  const keyless = await runProgram(['src/main.ts'], environment);
  expect(keyless).toMatchObject({ code: 1, output: expect.stringMatching(/npm run keys -- init/) });
  await mustSucceed(runProgram(['src/commands/keys.ts', 'init', '--by', 'tests'], environment));
  await (await startInstance(environment, await findFreePort())).stop();
}, 90_000);
