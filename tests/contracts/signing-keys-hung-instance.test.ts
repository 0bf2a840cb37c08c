import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { connectDatabase } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { createSigningKeys } from '#signing-keys/create-signing-keys.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

/** In which everybody is told that no instance signs with a revoked key any more. */
const LIMIT_MS = 5_000;

const { database, close } = await connectDatabase({ url: await migratedDatabase() });
await migrate(database, migrations);
afterAll(close);

const clock = createFakeClock();
const secret = randomBytes(32);
const nobodyListens = { announce: async () => undefined, onChange: () => () => true };

function instance(changeFeed: Parameters<typeof createSigningKeys>[0]['changeFeed'] = nobodyListens) {
  const sealer = createSealer([{ id: 'test', secret }]);
  return createSigningKeys({ database, sealer, clock, changeFeed, timeOf: async () => clock.now() });
}

test('an instance that hangs in the middle of a change does not hold up a revocation', async () => {
  const ring = instance();
  await ring.init({ by: 'Sara', algorithms: ['ES256'] });
  const kid = ring.current().algorithms[0]?.active.kid ?? '';

  const isHanging = Promise.withResolvers<void>();
  const wakes = Promise.withResolvers<void>();
  const hanging = instance({
    ...nobodyListens,
    announce() {
      isHanging.resolve();
      return wakes.promise;
    },
  });
  const hung = hanging.stage({ by: 'Sara', alg: 'ES256' });
  await isHanging.promise;

  await ring.requestRevocation({ kid, reason: 'a drill', by: 'Sara' });
  const askedAt = performance.now();
  await expect(ring.approveRevocation({ kid, by: 'Dariush' })).resolves.toMatchObject({ outcome: 'done' });
  expect(performance.now() - askedAt).toBeLessThan(LIMIT_MS);

  // Its connection was taken from it; what it began is undone, and the process lives.
  wakes.resolve();
  await expect(hung).rejects.toThrow(/terminat|closed|not queryable/i);
});
