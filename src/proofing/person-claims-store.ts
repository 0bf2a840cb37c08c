import type { NationalCode } from '#citizens/national-code.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY, MINUTE } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * The right to make a person's account, held by one journey at a time while it does. The last step of an enrolment
 * spans several rooms and cannot be one transaction; this keeps two enrolments of one person from interleaving there.
 */
export type PersonClaims = {
  /**
   * taken: another journey holds it. ours: this journey was the last to hold it, so whatever was made for this person
   * since then, it made. new: somebody else may have made the account in the meantime.
   */
  claim(a: { nationalCode: NationalCode; journeyId: string }): Promise<'taken' | 'ours' | 'new'>;
  /** Deletes claims that no journey can come back to; answers how many. */
  prune(): Promise<number>;
};

type Row = { person_hash: string; journey_id: string; held_until: Date };

/** A hundred times what the step takes: whoever died in it is taken over from after that. */
const HELD_FOR = 2 * MINUTE;
/** No enrolment lives as long. */
const JOURNEYS_ARE_OVER = 2 * DAY;

type Needs = { database: Database; lookupHash: KeyedHash; clock: Clock };

export function createPersonClaims({ database, lookupHash, clock }: Needs): PersonClaims {
  const tables = database.withTables<{ person_claims: Row }>();
  const hashOf = (code: NationalCode) => lookupHash(`person-claim:${code}`);

  return {
    async claim({ nationalCode, journeyId }) {
      const now = clock.now();
      const held = { journey_id: journeyId, held_until: new Date(now + HELD_FOR) };
      const prolonged = await tables
        .updateTable('person_claims')
        .set(held)
        .where('person_hash', '=', hashOf(nationalCode))
        .where('journey_id', '=', journeyId)
        .executeTakeFirst();
      if (prolonged.numUpdatedRows === 1n) return 'ours';
      const claimed = await tables
        .insertInto('person_claims')
        .values({ person_hash: hashOf(nationalCode), ...held })
        .onConflict((conflict) =>
          conflict.column('person_hash').doUpdateSet(held).where('person_claims.held_until', '<=', new Date(now)),
        )
        .returning('journey_id')
        .executeTakeFirst();
      return claimed === undefined ? 'taken' : 'new';
    },
    async prune() {
      const deleted = await tables
        .deleteFrom('person_claims')
        .where('held_until', '<', new Date(clock.now() - JOURNEYS_ARE_OVER))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}
