import type { Database } from '#platform/database/database.ts';
import { HOUR } from '#platform/durations.ts';

/**
 * An emergency needs two people. Each says one word on a key, and the table has room for one row a person and key,
 * so nobody can say both words.
 */
type RevocationWord = {
  kid: string;
  person: string;
  said: 'requested' | 'approved';
  reason: string;
  at: number;
};

/** A request that nobody approved within a day is void: what it rested on may have changed. */
const REQUEST_LIFE = 24 * HOUR;

type Tables = { signing_key_revocations: { kid: string; person: string; said: string; reason: string; at: Date } };

export type RevocationsStore = ReturnType<typeof createRevocationsStore>;

export function createRevocationsStore({ database }: { database: Database }) {
  return {
    /** Repeating one's own request renews it. */
    async saveRequest({ kid, person, reason, at }: Omit<RevocationWord, 'said'>): Promise<void> {
      const word = { kid, person: samePerson(person), said: 'requested', reason, at: new Date(at) };
      await database
        .withTables<Tables>()
        .insertInto('signing_key_revocations')
        .values(word)
        .onConflict((conflict) => conflict.columns(['kid', 'person']).doUpdateSet({ reason, at: word.at }))
        .execute();
    },

    /** The newest request for a key that has not become void, whoever made it. */
    async findRequest({ kid, now }: { kid: string; now: number }): Promise<RevocationWord | undefined> {
      return (await listOpen(database, now)).find((word) => word.kid === kid);
    },

    listRequests: ({ now }: { now: number }) => listOpen(database, now),

    /** In the transaction of the revocation itself. False when this person has spoken on this key within the last day. */
    async saveApproval(
      transaction: Database,
      { kid, person, reason, at }: Omit<RevocationWord, 'said'>,
    ): Promise<boolean> {
      const written = await transaction
        .withTables<Tables>()
        .insertInto('signing_key_revocations')
        .values({ kid, person: samePerson(person), said: 'approved', reason, at: new Date(at) })
        .onConflict((conflict) =>
          conflict
            .columns(['kid', 'person'])
            .doUpdateSet({ said: 'approved', reason, at: new Date(at) })
            .where('signing_key_revocations.at', '<=', new Date(at - REQUEST_LIFE)),
        )
        .returning('kid')
        .execute();
      return written.length === 1;
    },
  };
}

/** `Sara `, `sara` and SARA are one person, and so are the Arabic and the Persian spelling of a name. */
export function samePerson(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll('ي', 'ی')
    .replaceAll('ك', 'ک')
    .replace(/[\s\u200c]+/g, ' ')
    .trim()
    .toLowerCase();
}

async function listOpen(database: Database, now: number): Promise<RevocationWord[]> {
  const rows = await database
    .withTables<Tables>()
    .selectFrom('signing_key_revocations')
    .selectAll()
    .where('said', '=', 'requested')
    .where('at', '>', new Date(now - REQUEST_LIFE))
    .orderBy('at', 'desc')
    .execute();
  return rows.map(({ kid, person, reason, at }) => ({ kid, person, said: 'requested', reason, at: at.getTime() }));
}
