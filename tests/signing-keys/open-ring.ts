import { randomBytes } from 'node:crypto';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { createSigningKeys } from '#signing-keys/create-signing-keys.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

/** A Monday in Tehran, before the working hours begin. */
const MONDAY = Date.parse('2026-03-23T03:00:00Z');

export type OpenRing = Awaited<ReturnType<typeof openRing>>;

/** An issuer on a database of its own, in virtual time; `instance` is one more process beside the others. */
export async function openRing(database: Database) {
  await migrate(database, migrations);
  const clock = createFakeClock(MONDAY);
  const secret = randomBytes(32);
  const told: { act: string; by: string; kids: readonly string[] }[] = [];
  const changeFeed = createChangeFeed({ database, clock, pollEveryMs: 0 });

  function instance(options: { isRehearsal?: boolean; secret?: Buffer } = {}) {
    return createSigningKeys({
      database,
      sealer: createSealer([{ id: 'test', secret: options.secret ?? secret }]),
      clock,
      changeFeed,
      timeOf: async () => clock.now(),
      isRehearsal: options.isRehearsal ?? false,
      events: { changed: async ({ act, by, kids }) => void told.push({ act, by, kids }) },
    });
  }

  return { database, clock, changeFeed, instance, told };
}
