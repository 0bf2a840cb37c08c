import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { type OpenRing, openRing } from './open-ring.ts';

export const by = 'Sara';

const tables = [
  'signing_keys',
  'signing_key_epochs',
  'signing_key_promises',
  'signing_key_revocations',
  'signing_key_freezes',
];

/** One database for a file, empty before each test. */
export function useRing(connect: () => Promise<DatabaseConnection>) {
  let connection: DatabaseConnection;
  let opened: OpenRing;
  beforeAll(async () => {
    connection = await connect();
    opened = await openRing(connection.database);
  }, 60_000);
  afterAll(async () => {
    opened.changeFeed.close();
    await connection.close();
  });
  beforeEach(async () => {
    for (const table of tables) await sql`delete from ${sql.table(table)}`.execute(connection.database);
  });

  return {
    ring: () => opened,
    database: () => connection.database,
    async twoInstances(algorithms = ['ES256']) {
      const one = opened.instance();
      const other = opened.instance();
      await one.init({ by, algorithms });
      await other.refresh();
      return [one, other] as const;
    },
  };
}
