import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { type Adapter, createAdapters } from '#sessions/adapter.ts';
import { type CitizenSessions, createCitizenSessions, type EndedSession } from '#sessions/citizen-sessions.ts';
import { createRefreshSuccessors } from '#sessions/refresh-successors.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';

const hash = createKeyedHash(Buffer.alloc(32, 7));
let clock: FakeClock;
let store: StateStore;
let adapterFor: (kind: string) => Adapter;
let request: { scope: object | undefined; signsInAt?: number; movedOnFrom?: string };
let sessions: CitizenSessions;
let owed: EndedSession[];

beforeEach(() => {
  clock = createFakeClock();
  store = createMemoryStateStore({ clock });
  request = { scope: {} };
  owed = [];
  adapterFor = createAdapters({
    store,
    hash,
    nowInSeconds: () => clock.now() / 1000,
    refusals: {
      alreadyUsed: () => new Error('already used'),
      replayed: () => new Error('replayed'),
      tooLarge: () => new Error('too large'),
    },
    request: {
      scope: () => request.scope,
      later: (writing) => writing,
      clientId: () => 'first',
      hasMovedOnFrom: (cookie) => cookie === request.movedOnFrom,
      signsInAt: () => request.signsInAt,
      device: () => 'Firefox',
      network: () => '192.0.2.7',
    },
  });
  sessions = createCitizenSessions({ store, hash, oweLogouts: async (ended) => void owed.push(ended) });
});

const newRequest = () => {
  request.scope = {};
};
const session = (authorizations: Record<string, object> = {}, more: object = {}) => ({
  uid: 'uid',
  accountId: 'citizen',
  loginTs: 100,
  exp: clock.now() / 1000 + 3600,
  authorizations,
  ...more,
});

describe('a session', () => {
  test('keeps what two tabs did at once', async () => {
    const adapter = adapterFor('Session');
    await adapter.upsert('cookie', session(), 3600);
    const [tabOne, tabTwo] = [{}, {}];
    request.scope = tabOne;
    await adapter.find('cookie');
    request.scope = tabTwo;
    await adapter.find('cookie');
    await adapter.upsert('cookie', session({ second: { sid: 'b', grantId: 'gb' } }), 3600);
    request.scope = tabOne;
    await adapter.upsert('cookie', session({ first: { sid: 'a', grantId: 'ga' } }), 3600);
    newRequest();
    expect((await adapter.find('cookie'))?.authorizations).toEqual({
      first: { sid: 'a', grantId: 'ga' },
      second: { sid: 'b', grantId: 'gb' },
    });
  });

  test('that was ended elsewhere is not brought back by a save under way', async () => {
    const adapter = adapterFor('Session');
    await adapter.upsert('cookie', session({ first: { sid: 'a' } }), 3600);
    newRequest();
    await adapter.find('cookie');
    const [found] = await sessions.list('citizen');
    await sessions.end({ citizenId: 'citizen', sessionId: found?.id ?? '' });
    await adapter.upsert('cookie', session({ first: { sid: 'a' }, second: { sid: 'b' } }), 3600);
    newRequest();
    expect(await adapter.find('cookie')).toBeUndefined();
    expect(await adapter.findByUid('uid')).toBeUndefined();
    expect(owed).toEqual([{ citizenId: 'citizen', told: [{ clientId: 'first', sid: 'a' }] }]);
  });

  test('whose expiry alone moved by less than a minute is not written', async () => {
    const adapter = adapterFor('Session');
    let writes = 0;
    const write = store.write;
    store.write = (...change) => {
      writes += 1;
      return write(...change);
    };
    await adapter.upsert('cookie', session({ first: { sid: 'a' } }), 3600);
    const before = writes;
    newRequest();
    const loaded = await adapter.find('cookie');
    await adapter.upsert('cookie', { ...loaded, exp: clock.now() / 1000 + 3630 }, 3630);
    expect(writes).toBe(before);
    await adapter.upsert('cookie', { ...loaded, exp: clock.now() / 1000 + 3700 }, 3700);
    expect(writes).toBeGreaterThan(before);
  });

  test('is reached by its old cookie value for a moment when nobody signed in, and not at all when somebody did', async () => {
    const adapter = adapterFor('Session');
    for (const { signsInAt, isReached } of [
      { signsInAt: 100, isReached: true },
      { signsInAt: 200, isReached: false },
    ]) {
      await adapter.upsert('old', session(), 3600);
      newRequest();
      await adapter.find('old');
      Object.assign(request, { movedOnFrom: 'old', signsInAt });
      await adapter.destroy('old');
      newRequest();
      expect((await adapter.find('old')) !== undefined).toBe(isReached);
      clock.advance(31_000);
      newRequest();
      expect(await adapter.find('old')).toBeUndefined();
    }
  });

  test('of another citizen cannot be ended', async () => {
    await adapterFor('Session').upsert('cookie', session(), 3600);
    const [found] = await sessions.list('citizen');
    expect(await sessions.end({ citizenId: 'somebody-else', sessionId: found?.id ?? '' })).toBeUndefined();
    expect(await sessions.list('citizen')).toHaveLength(1);
  });
});

describe('a code', () => {
  const code = { kind: 'AuthorizationCode', grantId: 'grant', clientId: 'first', accountId: 'citizen' };

  test('is used once, and a second use ends its grant', async () => {
    await adapterFor('Grant').upsert('grant', { kind: 'Grant', accountId: 'citizen', clientId: 'first' }, 3600);
    const adapter = adapterFor('AuthorizationCode');
    await adapter.upsert('the-code', code, 60);
    const uses = await Promise.allSettled(Array.from({ length: 16 }, () => adapter.consume('the-code')));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    newRequest();
    expect(await adapterFor('Grant').find('grant')).toBeUndefined();
    expect(await adapter.find('the-code')).toBeUndefined();
  });

  test('is gone with its grant, without any list of codes', async () => {
    await adapterFor('Grant').upsert('grant', { kind: 'Grant', accountId: 'citizen', clientId: 'first' }, 3600);
    await adapterFor('AuthorizationCode').upsert('the-code', code, 60);
    newRequest();
    expect(await adapterFor('AuthorizationCode').find('the-code')).toMatchObject({ jti: 'the-code' });
    expect(await sessions.endGrants({ citizenId: 'citizen', clientId: 'first' })).toBe(1);
    newRequest();
    expect(await adapterFor('AuthorizationCode').find('the-code')).toBeUndefined();
  });
});

test('an assertion identifier is accepted once, however many come at once', async () => {
  const adapter = adapterFor('ReplayDetection');
  const attempts = await Promise.allSettled(
    Array.from({ length: 16 }, () => adapter.upsert('jti', { iss: 'first' }, 60)),
  );
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a sealed answer opens for the presented token and its client alone', async () => {
  const successors = createRefreshSuccessors({ store, hash });
  await successors.save({ token: 'old', bearer: 'first' }, '{"refresh_token":"new"}');
  expect(await successors.find({ token: 'old', bearer: 'first' })).toBe('{"refresh_token":"new"}');
  expect(await successors.find({ token: 'old', bearer: 'second' })).toBeUndefined();
  expect(await successors.find({ token: 'other', bearer: 'first' })).toBeUndefined();
  clock.advance(10_001);
  expect(await successors.find({ token: 'old', bearer: 'first' })).toBeUndefined();
});
