import { afterAll, beforeAll, describe } from 'vitest';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { ownDatabase } from '#tests/support/servers.ts';

export type Databases = {
  /** Instances of the provider that share one database; the embedded one has room for a single instance. */
  first: DatabaseConnection;
  second: DatabaseConnection;
};

/** Runs the same rules on PGlite and on a real PostgreSQL, each with a new empty database. */
export function onEachDatabase(rules: (databases: () => Databases, kind: 'embedded' | 'postgresql') => void): void {
  describe.each(['embedded', 'postgresql'] as const)('on %s', (kind) => {
    let opened: Databases | undefined;

    beforeAll(async () => {
      opened = kind === 'embedded' ? await openEmbedded() : await openPostgres();
    });
    afterAll(async () => {
      await opened?.first.close();
      if (opened?.second !== opened?.first) await opened?.second.close();
    });

    rules(() => {
      if (opened === undefined) throw new Error('the database is not open yet');
      return opened;
    }, kind);
  });
}

async function openEmbedded(): Promise<Databases> {
  const only = await connectDatabase({ embeddedIn: 'memory' });
  return { first: only, second: only };
}

async function openPostgres(): Promise<Databases> {
  const url = await ownDatabase();
  return { first: await connectDatabase({ url, poolSize: 4 }), second: await connectDatabase({ url, poolSize: 4 }) };
}
