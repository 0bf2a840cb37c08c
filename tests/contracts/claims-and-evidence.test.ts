import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readNationalCode } from '#citizens/national-code.ts';
import { migrate } from '#platform/database/migrate.ts';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createEvidenceStore } from '#proofing/evidence-store.ts';
import { createPersonClaims } from '#proofing/person-claims-store.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { onEachDatabase } from './open-databases.ts';

onEachDatabase((databases) => {
  const keys = { lookupHash: createKeyedHash(randomBytes(32)) };
  let clock: FakeClock;

  beforeAll(() => migrate(databases().first.database, migrations).then(() => undefined));
  beforeEach(async () => {
    clock = createFakeClock();
    for (const table of ['person_claims', 'evidence'])
      await sql`delete from ${sql.table(table)}`.execute(databases().first.database);
  });

  describe('the claim of a person', () => {
    const nationalCode = readNationalCode('4419057726');
    if (nationalCode === undefined) throw new Error('the test needs a national code');
    const claims = (which: 'first' | 'second' = 'first') =>
      createPersonClaims({ database: databases()[which].database, lookupHash: keys.lookupHash, clock });

    test('is held by one of many that claim at once, until its time is over', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `journey-${index}`);
      const claimed = await Promise.all(
        ids.map((journeyId, index) => claims(index % 2 === 0 ? 'first' : 'second').claim({ nationalCode, journeyId })),
      );
      expect(claimed.filter((it) => it === 'new')).toHaveLength(1);
      expect(claimed.filter((it) => it === 'taken')).toHaveLength(7);
      clock.advance(2 * MINUTE);
      expect(await claims('second').claim({ nationalCode, journeyId: 'later' })).toBe('new');
    });

    test('is still ours after its time while nobody else had it, and new again once somebody had', async () => {
      const claim = (journeyId: string) => claims().claim({ nationalCode, journeyId });
      expect(await claim('one')).toBe('new');
      expect(await claim('one')).toBe('ours');
      clock.advance(HOUR);
      expect(await claim('one')).toBe('ours');
      clock.advance(HOUR);
      expect(await claim('two')).toBe('new');
      expect(await claim('one')).toBe('taken');
      clock.advance(HOUR);
      expect(await claim('one')).toBe('new');
      expect(await claims().prune()).toBe(0);
      clock.advance(3 * DAY);
      expect(await claims().prune()).toBe(1);
    });
  });

  describe('evidence', () => {
    const evidence = () => createEvidenceStore({ database: databases().first.database, clock });
    const answer = (journeyId: string) => ({
      ...({ journeyId, source: 'civil-registry', method: 'national-code-and-birth-date', at: clock.now() } as const),
      ...{ transaction: 't-1', result: 'matched', digest: 'digest' },
    });

    test('speaks for a citizen once its journey is theirs, and never for another', async () => {
      await evidence().keep(answer('one'));
      await evidence().keep({ ...answer('one'), result: 'no-match' });
      await evidence().keep(answer('two'));
      expect(await evidence().listOf('citizen')).toEqual([]);
      await evidence().attach({ journeyId: 'one', citizenId: 'citizen' });
      await evidence().attach({ journeyId: 'one', citizenId: 'thief' });
      expect(await evidence().listOf('citizen')).toHaveLength(2);
      expect(await evidence().listOf('thief')).toEqual([]);
      const { journeyId: _, ...kept } = answer('one');
      expect(await evidence().listOf('citizen')).toContainEqual(kept);
    });

    test('of nobody goes after a year, that of a citizen stays', async () => {
      await evidence().keep(answer('one'));
      await evidence().keep(answer('two'));
      await evidence().attach({ journeyId: 'one', citizenId: 'citizen' });
      clock.advance(365 * DAY);
      expect(await evidence().prune()).toBe(0);
      clock.advance(1);
      expect(await evidence().prune()).toBe(1);
      expect(await evidence().listOf('citizen')).toHaveLength(1);
    });
  });
});
