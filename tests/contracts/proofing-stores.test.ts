import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { migrate } from '#platform/database/migrate.ts';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createJourneysStore, type JourneysStore } from '#proofing/journeys-store.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { onEachDatabase } from './open-databases.ts';

const shape = z.object({
  at: z.string(),
  secret: z.string().exactOptional(),
  citizenId: z.string().exactOptional(),
  waitingFor: z.string().exactOptional(),
});
type Draft = z.output<typeof shape>;

onEachDatabase((databases) => {
  const keys = {
    sealer: createSealer([{ id: 'test', secret: randomBytes(32) }]),
    lookupHash: createKeyedHash(randomBytes(32)),
  };
  let clock: FakeClock;
  let store: JourneysStore<Draft>;
  let other: JourneysStore<Draft>;

  beforeAll(() => migrate(databases().first.database, migrations).then(() => undefined));
  beforeEach(async () => {
    clock = createFakeClock();
    const { first, second } = databases();
    for (const table of ['journeys', 'person_claims'])
      await sql`delete from ${sql.table(table)}`.execute(first.database);
    const open = (database: typeof first.database, kind: 'enrolment' | 'recovery' = 'enrolment') =>
      createJourneysStore<Draft>({ kind, shape, database, clock, ...keys });
    store = open(first.database);
    other = open(second.database);
  });

  const begin = (draft: Draft = { at: 'identity' }, deviceSecret = 'device') =>
    store.create({ deviceSecret, draft, expiresAt: clock.now() + DAY });

  describe('journeys', () => {
    test('are found by the secret of their device alone, whole, by every instance', async () => {
      const journey = await begin({ at: 'phone', secret: 'کد ملی' });
      expect(await other.find('device')).toEqual(journey);
      expect(await other.find('another')).toBeUndefined();
      expect(await other.find('')).toBeUndefined();
    });

    test('end with their time', async () => {
      await begin();
      clock.advance(DAY - 1);
      expect(await store.find('device')).toBeDefined();
      clock.advance(1);
      expect(await store.find('device')).toBeUndefined();
      expect(await store.prune()).toBe(1);
    });

    test('of two saves of the same version one is made, and the other changes nothing', async () => {
      const journey = await begin();
      const saves = await Promise.all(
        ['first', 'second', 'third'].map((at, index) => (index === 1 ? other : store).save(journey, { draft: { at } })),
      );
      const [made, ...more] = saves.filter((saved) => saved !== undefined);
      expect(more).toEqual([]);
      expect(await store.find('device')).toEqual(made);
      expect(await store.save(journey, { draft: { at: 'late' } })).toBeUndefined();
      expect(await store.find('device')).toEqual(made);
    });

    test('what is written alongside is written with the draft or not at all', async () => {
      const journey = await begin();
      const alongside = async (transaction: Parameters<typeof migrate>[0]) => {
        await sql`insert into person_claims values ('alongside', 'x', now())`.execute(transaction);
      };
      const fail = store.save(journey, {
        draft: { at: 'lost' },
        alongside: async (transaction) => {
          await alongside(transaction);
          throw new Error('the notice could not be written');
        },
      });
      await expect(fail).rejects.toThrow('could not be written');
      expect(await store.find('device')).toEqual(journey);
      const count = () =>
        sql<{ n: number }>`select count(*)::int as n from person_claims`.execute(databases().first.database);
      expect((await count()).rows).toEqual([{ n: 0 }]);
      await store.save(journey, { draft: { at: 'kept' }, alongside });
      await store.save(journey, { draft: { at: 'stale' }, alongside });
      expect((await count()).rows).toEqual([{ n: 1 }]);
    });

    test('one a device: beginning anew replaces what was there, and a save of the old one is lost', async () => {
      const old = await begin({ at: 'phone' });
      const fresh = await begin();
      expect(await store.find('device')).toEqual(fresh);
      expect(await store.save(old, { draft: { at: 'password' } })).toBeUndefined();
      expect(await store.find('device')).toEqual(fresh);
    });

    test('an enrolment and a recovery of one device are strangers', async () => {
      const recoveries = createJourneysStore<Draft>({
        ...{ kind: 'recovery', shape, database: databases().first.database, clock, ...keys },
      });
      await begin();
      expect(await recoveries.find('device')).toBeUndefined();
      await recoveries.create({ deviceSecret: 'device', draft: { at: 'code' }, expiresAt: clock.now() + DAY });
      expect(await store.find('device')).toMatchObject({ draft: { at: 'identity' } });
    });

    test('a draft opens in its own row only, and nothing of it lies in clear', async () => {
      const mine = await begin({ at: 'phone', secret: '4419057726' }, 'mine');
      await begin({ at: 'phone', secret: 'x' }, 'theirs');
      const { database } = databases().first;
      const dump = JSON.stringify((await sql`select * from journeys`.execute(database)).rows);
      expect(dump).not.toMatch(/4419057726|mine|theirs/);
      await sql`update journeys set draft = (select draft from journeys where id = ${mine.id})`.execute(database);
      expect(await store.find('mine')).toBeDefined();
      await expect(store.find('theirs')).rejects.toThrow();
    });
  });

  describe('journeys that wait for a service', () => {
    const wait = async (device: string, inMs: number) => {
      const journey = await begin({ at: 'identity' }, device);
      const draft = { at: 'waiting', waitingFor: 'civil-registry' };
      return store.save(journey, { draft, askAgainAt: clock.now() + inMs });
    };

    test('are taken when it is time, oldest first, once among all instances', async () => {
      await wait('later', 2 * MINUTE);
      await wait('soon', MINUTE);
      expect(await store.takeWaiting(10)).toEqual([]);
      clock.advance(2 * MINUTE);
      const taken = await Promise.all([store, other, store, other].map((one) => one.takeWaiting(1)));
      expect(taken.flat()).toHaveLength(2);
      expect(new Set(taken.flat().map(({ journey }) => journey.id)).size).toBe(2);
      expect(await store.countWaiting()).toBe(2);
    });

    test('come back when whoever took them died, with the attempts counted', async () => {
      await wait('device', MINUTE);
      clock.advance(MINUTE);
      expect(await store.takeWaiting(10)).toMatchObject([{ attempts: 1 }]);
      expect(await other.takeWaiting(10)).toEqual([]);
      clock.advance(MINUTE);
      expect(await other.takeWaiting(10)).toMatchObject([{ attempts: 2 }]);
    });

    test('stay in the queue through a save that says nothing of it, and leave it with their service', async () => {
      const waiting = await wait('device', MINUTE);
      if (waiting === undefined) throw new Error('it was not saved');
      const still = await store.save(waiting, { draft: { ...waiting.draft, secret: 'a number' } });
      clock.advance(MINUTE);
      expect(await store.takeWaiting(10)).toHaveLength(1);
      if (still === undefined) throw new Error('it was not saved');
      await store.save(still, { draft: { at: 'phone' } });
      clock.advance(HOUR);
      expect(await store.takeWaiting(10)).toEqual([]);
      expect(await store.countWaiting()).toBe(0);
    });

    test('an expired one is not asked for', async () => {
      await wait('device', MINUTE);
      clock.advance(DAY);
      expect(await store.takeWaiting(10)).toEqual([]);
    });
  });

  describe('journeys of a citizen', () => {
    test('are found by their stop code, and end with one that was finished', async () => {
      const one = await begin({ at: 'waiting-period', citizenId: 'citizen' }, 'one');
      const two = await begin({ at: 'waiting-period', citizenId: 'citizen' }, 'two');
      const stranger = await begin({ at: 'waiting-period', citizenId: 'stranger' }, 'three');
      await store.save(one, { draft: one.draft, stopCode: '123' });
      expect(await other.findByStopCode('123')).toMatchObject({ id: one.id });
      expect(await other.findByStopCode('124')).toBeUndefined();
      await store.removeOthersOf({ citizenId: 'citizen', journeyId: two.id });
      expect(await store.find('one')).toBeUndefined();
      expect(await store.find('two')).toMatchObject({ id: two.id });
      expect(await store.find('three')).toMatchObject({ id: stranger.id });
    });
  });
});
