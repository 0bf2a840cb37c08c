import { systemClock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { openDataKeys } from '#platform/sealing/data-keys.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { readSettings } from '#root/settings.ts';
import { createSigningKeys, type SigningKeys } from '#signing-keys/create-signing-keys.ts';
import type { Windows } from '#signing-keys/windows.ts';

/** A security officer at the database, as `npm run keys` is, under the pressed windows instead of the usual ones. */
export type Officer = { signingKeys: SigningKeys; close(): Promise<void> };

export async function callOfficer(environment: Record<string, string>, windows: Windows): Promise<Officer> {
  const settings = readSettings(environment);
  if (settings.databaseUrl === undefined) throw new Error('an officer without a database');
  const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: undefined });
  const { database, close } = await connectDatabase({ url: settings.databaseUrl, poolSize: 2 });
  await migrate(database, migrations);
  const sealer = createSealer(await openDataKeys({ database, masterKeys, purpose: 'signing-keys' }));
  const changeFeed = createChangeFeed({ database, clock: systemClock, pollEveryMs: 0 });
  return {
    signingKeys: createSigningKeys({
      database,
      sealer,
      clock: systemClock,
      changeFeed,
      windows,
      workingHours: 'always',
    }),
    async close() {
      changeFeed.close();
      await close();
    },
  };
}
