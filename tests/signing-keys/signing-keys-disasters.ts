import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { RingBroken, RingMissing } from '#signing-keys/errors.ts';
import { by, useRing } from './use-ring.ts';

/** What somebody with the database in their hands can do, by accident or on purpose: each is refused with words for a person. */
export function signingKeysDisasters(name: string, connect: () => Promise<DatabaseConnection>): void {
  describe(name, () => {
    const { ring, database, twoInstances } = useRing(connect);

    test('a ring that is gone is not made anew', async () => {
      const [keys] = await twoInstances();
      await sql`delete from signing_keys`.execute(database());
      const fresh = ring().instance();
      await expect(fresh.refresh()).rejects.toThrow(RingMissing);
      await expect(fresh.refresh()).rejects.toThrow(/Restore .* from the last backup/s);
      await expect(fresh.init({ by })).rejects.toThrow(RingMissing);
      await expect(keys.rotate({ by, alg: 'ES256' })).resolves.toMatchObject({ outcome: 'unknown-algorithm' });
    });

    test('keys without their history are refused as well', async () => {
      await twoInstances();
      await sql`delete from signing_key_epochs`.execute(database());
      await expect(ring().instance().refresh()).rejects.toThrow(RingMissing);
    });

    test('another master key, an altered half and a swapped half are each refused with words for a person', async () => {
      const [keys] = await twoInstances();
      const [kid, standby] = keys.current().algorithms[0]?.published.map((key) => key.kid) ?? [];
      await expect(
        ring()
          .instance({ secret: Buffer.alloc(32, 7) })
          .refresh(),
      ).rejects.toThrow(/sealed under another master key/);
      await sql`update signing_keys set private_half = (select private_half from signing_keys where kid = ${standby}) where kid = ${kid}`.execute(
        database(),
      );
      await expect(ring().instance().refresh()).rejects.toThrow(RingBroken);
      expect((await keys.verify()).problems).toHaveLength(1);
      await sql`update signing_keys set public_half = (select public_half from signing_keys where kid = ${standby}) where kid = ${kid}`.execute(
        database(),
      );
      await expect(ring().instance().refresh()).rejects.toThrow(RingBroken);
    });

    test('who can write to the database and has no master key cannot add a key that relying parties would trust', async () => {
      await twoInstances();
      await sql`insert into signing_keys (kid, alg, public_half, staged_at, published_at)
        values ('mine', 'ES256', '{"kty":"EC"}', now(), now())`.execute(database());
      await expect(ring().instance().refresh()).rejects.toThrow(RingBroken);
    });
  });
}
