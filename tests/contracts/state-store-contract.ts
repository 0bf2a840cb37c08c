import { setTimeout as realTime } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { StateStore } from '#platform/state-store.ts';

type StoreUnderTest = {
  store: StateStore;
  /** Every key of this test starts with it. */
  prefix: string;
  /** Lets that many milliseconds go by for the store. */
  letPass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
};

const MINUTE = 60_000;
/** Long enough for a slow machine to look twice before it is over, and short enough to wait for. */
const SHORT = 400;

/** The rules of src/platform/state-store.ts, the same for every store. */
export function describeStateStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: StateStore;
    let counter = 0;
    const freshKey = () => {
      counter += 1;
      return `${under.prefix}${counter}`;
    };

    beforeAll(async () => {
      under = await open();
      store = under.store;
      return () => under.close();
    });

    test('a record is read as it was written, and an absent one is undefined', async () => {
      const key = freshKey();
      const odd = { payload: '{"a":"سلام"}', empty: '', 'grant:a>b': 'x\0y\r\n' };
      expect(await store.read(key)).toBeUndefined();
      expect(await store.write(key, { set: odd, expiresInMs: MINUTE })).toBe(true);
      expect(await store.read(key)).toEqual({ fields: odd, linked: {} });
    });

    test('a write keeps the fields it does not name and deletes those it removes', async () => {
      const key = freshKey();
      await store.write(key, { set: { a: '1', b: '2', c: '3' }, expiresInMs: MINUTE });
      expect(await store.write(key, { set: { b: 'two' }, remove: ['c', 'never'], expiresInMs: MINUTE })).toBe(true);
      expect((await store.read(key))?.fields).toEqual({ a: '1', b: 'two' });
    });

    test('removing the last field removes the record, and setting none makes none', async () => {
      const key = freshKey();
      expect(await store.write(key, { expiresInMs: MINUTE })).toBe(false);
      await store.write(key, { set: { only: '1' }, expiresInMs: MINUTE });
      expect(await store.write(key, { remove: ['only'], expiresInMs: MINUTE })).toBe(false);
      expect(await store.read(key)).toBeUndefined();
      expect(await store.claim(key, 'consumed', '1')).toBe('absent');
    });

    test('a record is gone after its expiry, and a write moves the expiry', async () => {
      const [gone, kept] = [freshKey(), freshKey()];
      await store.write(gone, { set: { a: '1' }, expiresInMs: SHORT });
      await store.write(kept, { set: { a: '1' }, expiresInMs: SHORT });
      await store.write(kept, { set: { b: '2' }, expiresInMs: MINUTE });
      expect(await store.read(gone)).toBeDefined();
      await under.letPass(SHORT + 50);
      expect(await store.read(gone)).toBeUndefined();
      expect((await store.read(kept))?.fields).toEqual({ a: '1', b: '2' });
    });

    test("'absent' writes only what is not there; of 64 at once exactly one is told true", async () => {
      const key = freshKey();
      const write = (_: unknown, by: number) =>
        store.write(key, { set: { by: String(by) }, expiresInMs: MINUTE, when: 'absent' });
      const answers = await Promise.all(Array.from({ length: 64 }, write));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await store.read(key))?.fields).toEqual({ by: String(answers.indexOf(true)) });
    });

    test("'present' never brings back what expired or was removed", async () => {
      const [expired, removed, living] = [freshKey(), freshKey(), freshKey()];
      const changed = { set: { b: '2' }, expiresInMs: MINUTE, when: 'present' } as const;
      for (const key of [expired, removed]) await store.write(key, { set: { a: '1' }, expiresInMs: SHORT });
      await store.write(living, { set: { a: '1' }, expiresInMs: MINUTE });
      await store.remove([removed]);
      await under.letPass(SHORT + 50);

      expect(await store.write(expired, changed)).toBe(false);
      expect(await store.write(removed, changed)).toBe(false);
      expect(await store.read(expired)).toBeUndefined();
      expect(await store.read(removed)).toBeUndefined();
      // The control: the same write to a living record is done.
      expect(await store.write(living, changed)).toBe(true);
      expect((await store.read(living))?.fields).toEqual({ a: '1', b: '2' });
    });

    test("of 64 claims at once exactly one is told 'first', and its value stays", async () => {
      const key = freshKey();
      await store.write(key, { set: { a: '1' }, expiresInMs: MINUTE });
      const claim = (_: unknown, by: number) => store.claim(key, 'consumed', String(by));
      const answers = await Promise.all(Array.from({ length: 64 }, claim));
      expect(answers.filter((answer) => answer === 'first')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'taken')).toHaveLength(63);
      expect((await store.read(key))?.fields).toEqual({ a: '1', consumed: String(answers.indexOf('first')) });
    });

    test('a claim that is taken back is open again to one, keeps the expiry, and makes no record', async () => {
      const [key, absent] = [freshKey(), freshKey()];
      await store.write(key, { set: { a: '1' }, expiresInMs: SHORT });
      await store.claim(key, 'consumed', '1');
      await store.release(key, 'consumed');
      expect((await store.read(key))?.fields).toEqual({ a: '1' });
      expect(await store.claim(key, 'consumed', '2')).toBe('first');
      expect(await store.claim(key, 'consumed', '3')).toBe('taken');
      await store.release(absent, 'consumed');
      expect(await store.read(absent)).toBeUndefined();
      await under.letPass(SHORT + 50);
      await store.release(key, 'consumed');
      expect(await store.read(key)).toBeUndefined();
    });

    test('the control: the same 64 with a read before the write let more than one in', async () => {
      const key = freshKey();
      await store.write(key, { set: { a: '1' }, expiresInMs: MINUTE });
      const careless = async () => {
        if ((await store.read(key))?.fields.consumed !== undefined) return false;
        return store.write(key, { set: { consumed: '1' }, expiresInMs: MINUTE });
      };
      const answers = await Promise.all(Array.from({ length: 64 }, careless));
      expect(answers.filter(Boolean).length).toBeGreaterThan(1);
    });

    test('a claim keeps the expiry, and neither finds nor makes an expired record', async () => {
      const key = freshKey();
      await store.write(key, { set: { a: '1' }, expiresInMs: SHORT });
      expect(await store.claim(key, 'consumed', '1')).toBe('first');
      await under.letPass(SHORT + 50);
      expect(await store.claim(key, 'again', '1')).toBe('absent');
      expect(await store.read(key)).toBeUndefined();
    });

    test('links are followed along their paths, each record under its own, dead ends left out', async () => {
      const [token, session, grant, gone] = [freshKey(), freshKey(), freshKey(), freshKey()];
      await store.write(grant, { set: { scope: 'openid' }, expiresInMs: MINUTE });
      await store.write(session, { set: { who: '7', 'grant:a': grant, 'grant:b': gone }, expiresInMs: MINUTE });
      await store.write(token, { set: { payload: 'p', grant, session, lost: gone }, expiresInMs: MINUTE });

      const follow = [['grant'], ['session', 'grant:a'], ['session', 'grant:b'], ['lost', 'grant:a'], ['none']];
      expect(await store.read(token, { follow })).toEqual({
        fields: { payload: 'p', grant, session, lost: gone },
        linked: {
          grant: { scope: 'openid' },
          session: { who: '7', 'grant:a': grant, 'grant:b': gone },
          'session>grant:a': { scope: 'openid' },
        },
      });
      expect(await store.read(gone, { follow })).toBeUndefined();
    });

    test('removing many passes over absent ones', async () => {
      const [one, two] = [freshKey(), freshKey()];
      await store.write(one, { set: { a: '1' }, expiresInMs: MINUTE });
      await store.write(two, { set: { a: '1' }, expiresInMs: MINUTE });
      await store.remove([one, freshKey(), two]);
      await store.remove([]);
      expect(await Promise.all([store.read(one), store.read(two)])).toEqual([undefined, undefined]);
    });

    test('an index lists its living members, oldest expiry first, and forgets the others', async () => {
      const index = freshKey();
      await store.addToIndex(index, 'late', 3 * MINUTE);
      await store.addToIndex(index, 'soon', SHORT);
      await store.addToIndex(index, 'early', MINUTE);
      expect(await store.listIndex(index)).toEqual(['soon', 'early', 'late']);
      await under.letPass(SHORT + 50);
      expect(await store.listIndex(index)).toEqual(['early', 'late']);
      await store.addToIndex(index, 'early', 5 * MINUTE);
      expect(await store.listIndex(index)).toEqual(['late', 'early']);
      await store.removeFromIndex(index, ['late', 'never']);
      expect(await store.listIndex(index)).toEqual(['early']);
      await store.removeFromIndex(index, ['early']);
      expect(await store.listIndex(index)).toEqual([]);
    });

    test('an index expires with its last member, whichever was added last', async () => {
      const index = freshKey();
      await store.addToIndex(index, 'long', MINUTE);
      await store.addToIndex(index, 'short', SHORT);
      await under.letPass(SHORT + 50);
      expect(await store.listIndex(index)).toEqual(['long']);
    });

    test('a store that is reachable answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

/** Redis keeps its own time, so the few tests of expiry wait for it. */
export const letRealTimePass = (milliseconds: number): Promise<void> => realTime(milliseconds);
