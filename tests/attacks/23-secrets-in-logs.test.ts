import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog, type Log } from '#platform/log.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { findPlanted, type Planted, walkEverything } from './whole-run.ts';

/** A whole run at the most talkative level, and then with Redis and the database gone: nothing said names a secret or a person. */
let provider: TestProvider;
let planted: Planted;
const said: string[] = [];
let log: Log;

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(
      (...values: unknown[]) => void said.push(values.map(String).join(' ')),
    );
  log = createLog({ level: 'trace', to: { write: (line) => void said.push(line) } });
  provider = await startProvider({ stores: await realStores(), log });
  planted = await walkEverything(provider);
}, 90_000);
afterAll(async () => {
  await provider.close().catch(() => undefined);
  vi.restoreAllMocks();
});

test('the run was talked about', () => {
  const text = said.join('\n');
  for (const message of ['answered', 'refused']) expect(text).toContain(`"msg":"${message}"`);
});

test('no password, national code, number, birth date, token, code or cookie is in what was said', () => {
  expect(findPlanted(planted, said.join('\n'))).toEqual([]);
});

test('nor in what is said when the stores fail in the middle of a request', async () => {
  const before = said.length;
  const nationalCode = provider.citizens[0]?.nationalCode ?? '';
  const tokens = [...planted].filter(([name]) => /^(access|refresh)_token/.test(name)).map(([, value]) => value);
  provider.services.redis?.disconnect();
  await Promise.all([
    ...tokens.map((token) => fetch(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })),
    fetch(`${provider.issuer}/auth?client_id=university&login_hint=${nationalCode}`),
  ]);
  await provider.services.database.destroy();
  await provider.services.people
    .authenticate({
      ...{ nationalCode, password: provider.password, network: '192.0.2.1', device: undefined },
      hasSolvedPuzzle: false,
    })
    .catch((err: unknown) => log.error({ err }, 'as a page would log it'));
  await fetch(`${provider.issuer}/`);
  const since = said.slice(before).join('\n');
  expect(since).toContain('"level":"error"');
  expect(findPlanted(planted, since)).toEqual([]);
});

test('control: a careless line is found, and the net under it cuts out what is named as secret', () => {
  const careless: string[] = [];
  const careful = createLog({ level: 'trace', to: { write: (line) => void careless.push(line) } });
  const nationalCode = provider.citizens[0]?.nationalCode ?? '';
  careful.info({ form: { password: provider.password, national_code: nationalCode } }, 'posted');
  expect(findPlanted(planted, careless.join('\n'))).toEqual([]);
  careful.info({ typed: nationalCode }, `signed in with ${provider.password}`);
  expect(findPlanted(planted, careless.join('\n'))).toHaveLength(2);
});
