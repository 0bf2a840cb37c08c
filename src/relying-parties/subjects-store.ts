import { LRUCache } from 'lru-cache';
import type { Database } from '#platform/database/database.ts';
import { randomToken } from '#platform/ids.ts';

/**
 * A citizen's name towards one organisation (OpenID Connect Core 1.0 section 8): random, so that two organisations
 * can join nothing, and stored once for ever, so that no lost secret can ever make a citizen a stranger.
 */
export type Subjects = {
  /** 43 characters. `sector` is the id of the organisation. Creates the subject on first use; concurrent callers get the same one. */
  subjectFor(of: { citizenId: string; sector: string }): Promise<string>;
  /** The citizen behind a subject, or undefined. */
  findCitizen(of: { sector: string; subject: string }): Promise<string | undefined>;
};

type Tables = { pairwise_subjects: { citizen_id: string; sector: string; subject: string } };

/** About 30 MB at most. Subjects never change, so nothing has to be forgotten. */
const CACHED = 100_000;

export function createSubjects({ database }: { database: Database }): Subjects {
  const tables = database.withTables<Tables>();
  const cache = new LRUCache<string, string>({ max: CACHED });

  return {
    async subjectFor({ citizenId, sector }) {
      const key = `${sector}\n${citizenId}`;
      const kept = cache.get(key);
      if (kept !== undefined) return kept;
      const subject = (await find({ citizenId, sector })) ?? (await add({ citizenId, sector }));
      cache.set(key, subject);
      return subject;
    },

    async findCitizen({ sector, subject }) {
      const row = await tables
        .selectFrom('pairwise_subjects')
        .select('citizen_id')
        .where('subject', '=', subject)
        .where('sector', '=', sector)
        .executeTakeFirst();
      return row?.citizen_id;
    },
  };

  async function find({ citizenId, sector }: { citizenId: string; sector: string }): Promise<string | undefined> {
    const row = await tables
      .selectFrom('pairwise_subjects')
      .select('subject')
      .where('citizen_id', '=', citizenId)
      .where('sector', '=', sector)
      .executeTakeFirst();
    return row?.subject;
  }

  /** Of many instances that add at once the first wins, and all of them read what it wrote. */
  async function add({ citizenId, sector }: { citizenId: string; sector: string }): Promise<string> {
    await tables
      .insertInto('pairwise_subjects')
      .values({ citizen_id: citizenId, sector, subject: randomToken() })
      .onConflict((conflict) => conflict.columns(['citizen_id', 'sector']).doNothing())
      .execute();
    const subject = await find({ citizenId, sector });
    if (subject === undefined) throw new Error('a pairwise subject was not there after it was stored');
    return subject;
  }
}
