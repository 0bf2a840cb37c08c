import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { findBinary } from '#tests/support/binaries.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, startProcess, temporaryFolder, waitUntil } from '#tests/support/processes.ts';
import { addressOf, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { migratedDatabase } from '#tests/support/servers.ts';
import { type Answer, ask, basic, errorIn, obtainCode, post } from './hostile-requests.ts';

/**
 * A code or refresh token that two parties hold is presented by both at once, at two instances, and again after Redis
 * went away and came back.
 */
const AT_ONCE = 64;
const GRACE = 11_000;
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let redisPort: number;
let redis: RunningProcess;
let clock: FakeClock;
let provider: TestProvider;
let second: TestProvider;
let university: TestRelyingParty;
const browser = createBrowser();

function startRedisHere(): Promise<RunningProcess> {
  const place = ['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', folder.path, '--save', ''];
  return startProcess({
    command: findBinary('redis-server'),
    args: [...place, '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
    ready: /Ready to accept connections/,
  });
}

beforeAll(async () => {
  folder = await temporaryFolder('replay');
  redisPort = await findFreePort();
  redis = await startRedisHere();
  clock = createFakeClock(systemClock.now());
  const stores = { databaseUrl: await migratedDatabase(), redisUrl: `redis://127.0.0.1:${redisPort}` };
  provider = await startProvider({ stores, clock });
  const shared = { folder: dirname(provider.services.settings.keysFolder), issuer: provider.issuer };
  second = await startProvider({ stores, clock, ...shared });
  university = await createRelyingParty(provider, { clientId: 'university' });
  await university.signIn({ browser });
});
afterAll(async () => {
  await second.close();
  await provider.close();
  await redis.stop();
  await folder.remove();
});

/** Presents the same fields at both instances, in turn. */
const redeem = (fields: Record<string, string>, instance = 0): Promise<Answer> =>
  post(`${addressOf(instance % 2 === 0 ? provider : second)}/token`, fields, basic('university'));
const redeemAtOnce = (fields: Record<string, string>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => redeem(fields, index)));
const refreshing = (token: unknown) => ({ grant_type: 'refresh_token', refresh_token: String(token) });
const isAlive = async (token: unknown) =>
  (await ask(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${String(token)}` } })).status === 200;

async function offlineTokens(): Promise<Record<string, unknown>> {
  const { fields } = await obtainCode(provider, university, { browser, extra: offline });
  const { body } = await redeem(fields);
  expect(body.refresh_token).toBeDefined();
  return body;
}

/** The answers kept for the grace: Redis counts its own ten seconds; the test does not wait for them. */
async function endGrace(): Promise<void> {
  clock.advance(GRACE);
  const kept = (await provider.services.redis?.keys('*RefreshSuccessor*')) ?? [];
  for (const key of kept) await provider.services.redis?.del(key);
}

async function restartRedis(): Promise<void> {
  await redis.stop();
  redis = await startRedisHere();
  const isBack = async () => (await ask(`${addressOf(provider)}/readyz`)).status === 200;
  const isSecondBack = async () => (await ask(`${addressOf(second)}/readyz`)).status === 200;
  await waitUntil(async () => (await isBack()) && (await isSecondBack()), { what: 'both instances' });
}

describe('a code', () => {
  test('presented 64 times at once at two instances is redeemed once, and what it brought dies', async () => {
    const { fields } = await obtainCode(provider, university, { browser });
    const answers = await redeemAtOnce(fields);
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(errorIn))).toEqual(new Set(['invalid_grant']));
    expect(await isAlive(won[0]?.body.access_token)).toBe(false);
  });

  test('control: presented once, what it brought lives', async () => {
    const { fields } = await obtainCode(provider, university, { browser });
    expect(await isAlive((await redeem(fields)).body.access_token)).toBe(true);
  });

  test('presented again after Redis was restarted is refused, and what it brought dies', async () => {
    const { fields } = await obtainCode(provider, university, { browser });
    const first = await redeem(fields);
    await restartRedis();
    expect(await isAlive(first.body.access_token)).toBe(true);
    expect(errorIn(await redeem(fields, 1))).toBe('invalid_grant');
    expect(await isAlive(first.body.access_token)).toBe(false);
  });

  test('presented with a wrong verifier 64 times first is of no more use to the guesser', async () => {
    const { fields } = await obtainCode(provider, university, { browser });
    const answers = await redeemAtOnce({ ...fields, code_verifier: 'w'.repeat(43) });
    expect(new Set(answers.map(errorIn))).toEqual(new Set(['invalid_grant']));
  });
});

describe('a refresh token', () => {
  test('presented 64 times at once at two instances has one successor', async () => {
    const tokens = await offlineTokens();
    const answers = await redeemAtOnce(refreshing(tokens.refresh_token));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(1);
    expect(errorIn(await redeem(refreshing(answers[0]?.body.refresh_token), 1))).toBe('accepted');
  });

  test('presented 64 times at once after its grace ends the family, once and for all', async () => {
    const first = await offlineTokens();
    const next = await redeem(refreshing(first.refresh_token));
    await endGrace();
    const answers = await redeemAtOnce(refreshing(first.refresh_token));
    expect(new Set(answers.map(errorIn))).toEqual(new Set(['invalid_grant']));
    expect(errorIn(await redeem(refreshing(next.body.refresh_token)))).toBe('invalid_grant');
    expect(await isAlive(next.body.access_token)).toBe(false);
  });

  test('of the thief and of the owner: whoever comes second after the grace ends it for both', async () => {
    const first = await offlineTokens();
    const thief = await redeem(refreshing(first.refresh_token));
    expect(await isAlive(thief.body.access_token)).toBe(true);
    await endGrace();
    expect(errorIn(await redeem(refreshing(first.refresh_token), 1))).toBe('invalid_grant');
    expect(await isAlive(thief.body.access_token)).toBe(false);
    expect(errorIn(await redeem(refreshing(thief.body.refresh_token), 1))).toBe('invalid_grant');
  });

  test('used before Redis was restarted is known as used after it', async () => {
    const first = await offlineTokens();
    const next = await redeem(refreshing(first.refresh_token));
    await restartRedis();
    await endGrace();
    expect(errorIn(await redeem(refreshing(first.refresh_token), 1))).toBe('invalid_grant');
    expect(errorIn(await redeem(refreshing(next.body.refresh_token), 1))).toBe('invalid_grant');
  });

  test('that was revoked while it is being used leaves nothing alive', async () => {
    const { refresh_token } = await offlineTokens();
    const revoke = post(`${provider.issuer}/revoke`, { token: String(refresh_token) }, basic('university'));
    const [answer] = await Promise.all([redeem(refreshing(refresh_token), 1), revoke]);
    expect(await isAlive(answer.body.access_token ?? 'none')).toBe(false);
    expect(errorIn(await redeem(refreshing(answer.body.refresh_token ?? 'none')))).toBe('invalid_grant');
  });
});
