import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createAdapters } from '#sessions/adapter.ts';
import { createCitizenSessions } from '#sessions/citizen-sessions.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

/** Requests that overlap, played step by step: each `tab` is a request of its own with the session as it read it. */
type Session = Record<string, unknown> & { authorizations?: Record<string, unknown> };
type Storage = {
  find(cookie: string): Promise<Session | undefined>;
  save(cookie: string, session: Session): Promise<void>;
};

const LIVES = 3600;
const COOKIE = 'the value of a cookie';
const clock = createFakeClock();
const nowInSeconds = () => clock.now() / 1000;
const exp = nowInSeconds() + LIVES;
const signedIn: Session = { uid: 'session-1', accountId: 'citizen-1', loginTs: nowInSeconds(), exp, jti: COOKIE };

function openOurs() {
  const store = createMemoryStateStore({ clock });
  const hash = createKeyedHash(Buffer.alloc(32, 1));
  let request: object = {};
  const adapter = createAdapters({
    store,
    hash,
    nowInSeconds,
    request: {
      scope: () => request,
      later: (writing) => writing,
      clientId: () => undefined,
      hasMovedOnFrom: () => false,
      signsInAt: () => nowInSeconds(),
      network: () => '',
      device: () => 'a browser',
    },
    refusals: {
      alreadyUsed: () => new Error('used'),
      replayed: () => new Error('replayed'),
      tooLarge: () => new Error('too large'),
    },
  })('Session');
  const openTab = (): Storage => {
    const own = {};
    const within = <Answer>(step: () => Promise<Answer>) => {
      request = own;
      return step();
    };
    return {
      find: (cookie) => within(() => adapter.find(cookie)),
      save: (cookie, session) => within(() => adapter.upsert(cookie, session, LIVES)),
    };
  };
  return { openTab, sessions: createCitizenSessions({ store, hash, oweLogouts: async () => undefined }) };
}

/** What storage would do that knows sessions as one text. */
function openPlainOverwrite() {
  const texts = new Map<string, string>();
  const tab: Storage = {
    find: async (cookie) => JSON.parse(texts.get(cookie) ?? 'null') ?? undefined,
    save: async (cookie, session) => void texts.set(cookie, JSON.stringify(session)),
  };
  return { openTab: () => tab };
}

async function signInAtOnce(openTab: () => Storage): Promise<string[]> {
  await openTab().save(COOKIE, signedIn);
  const tabs = [openTab(), openTab()];
  const read = [await tabs[0]?.find(COOKIE), await tabs[1]?.find(COOKIE)];
  for (const [index, session] of read.entries())
    await tabs[index]?.save(COOKIE, {
      ...session,
      authorizations: {
        ...session?.authorizations,
        [`party-${index}`]: { sid: `sid-${index}`, grantId: `grant-${index}` },
      },
    });
  return Object.keys((await openTab().find(COOKIE))?.authorizations ?? {});
}

describe('two tabs at two relying parties at once', () => {
  test('both keep what they did', async () => {
    expect(await signInAtOnce(openOurs().openTab)).toEqual(['party-0', 'party-1']);
  });

  test('control: a plain overwrite loses one', async () => {
    expect(await signInAtOnce(openPlainOverwrite().openTab)).toEqual(['party-1']);
  });
});

describe('a session that was ended elsewhere', () => {
  let ours: ReturnType<typeof openOurs>;
  beforeEach(async () => {
    ours = openOurs();
    await ours.openTab().save(COOKIE, signedIn);
  });

  test('is not brought back by a save that was under way', async () => {
    const tab = ours.openTab();
    const read = await tab.find(COOKIE);
    const [{ id } = { id: '' }] = await ours.sessions.list('citizen-1');
    await ours.sessions.end({ citizenId: 'citizen-1', sessionId: id });
    await tab.save(COOKIE, { ...read, authorizations: { late: { grantId: 'grant-late' } }, exp: exp + 600 });
    expect(await ours.openTab().find(COOKIE)).toBeUndefined();
    expect(await ours.sessions.list('citizen-1')).toEqual([]);
  });

  test('control: a plain overwrite brings it back', async () => {
    const { openTab } = openPlainOverwrite();
    await openTab().save(COOKIE, signedIn);
    const read = await openTab().find(COOKIE);
    await openTab().save(COOKIE, { ended: true });
    await openTab().save(COOKIE, { ...read });
    expect(await openTab().find(COOKIE)).toMatchObject({ accountId: 'citizen-1' });
  });
});

test('no record holds the value of the cookie', async () => {
  const { openTab, sessions } = openOurs();
  await openTab().save(COOKIE, signedIn);
  expect(JSON.stringify(await sessions.list('citizen-1'))).not.toContain(COOKIE);
});
