import { createPublicKey } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { DAY, HOUR, SECOND } from '#platform/durations.ts';
import { RingNotInitialised, RingStale } from '#signing-keys/errors.ts';
import type { KeyRing } from '#signing-keys/key-ring.ts';
import { isSignedBy, signBytes } from '#signing-keys/signature.ts';
import { by, useRing } from './use-ring.ts';

/** What holds on every database. */
export function signingKeysContract(name: string, connect: () => Promise<DatabaseConnection>): void {
  describe(name, () => {
    const { ring, database, twoInstances } = useRing(connect);
    const active = (it: KeyRing, alg = 'ES256') => it.algorithms.find((one) => one.alg === alg)?.active.kid;
    const statesOf = (it: KeyRing, alg = 'ES256') =>
      it.algorithms.find((one) => one.alg === alg)?.published.map(({ state }) => state);

    test('a new issuer signs nothing until somebody makes the first ring, and makes it once', async () => {
      const keys = ring().instance();
      await expect(keys.refresh()).rejects.toThrow(RingNotInitialised);
      expect(() => keys.current()).toThrow(RingStale);
      expect((await keys.init({ by })).outcome).toBe('done');
      expect(keys.current().algorithms.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
      expect(statesOf(keys.current())).toEqual(['ACTIVE', 'PUBLISHED', 'PUBLISHED']);
      const before = active(keys.current());
      expect((await keys.init({ by })).outcome).toBe('already-there');
      expect(active(keys.current())).toBe(before);
    });

    test('of many instances that make the first ring at once, one does', async () => {
      const all = [1, 2, 3, 4].map(() => ring().instance());
      const outcomes = await Promise.all(
        all.map(async (keys) => (await keys.init({ by, algorithms: ['ES256'] })).outcome),
      );
      expect(outcomes.sort()).toEqual(['already-there', 'already-there', 'already-there', 'done']);
      const kids = await Promise.all(all.map(async (keys) => active(await keys.refresh())));
      expect(new Set(kids).size).toBe(1);
    });

    test('two people who rotate at once make one rotation', async () => {
      const [one, other] = await twoInstances();
      ring().clock.advance(15 * DAY);
      const outcomes = await Promise.all([
        one.rotate({ by, alg: 'ES256' }),
        other.rotate({ by: 'Reza', alg: 'ES256' }),
      ]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'standby-not-everywhere']);
      expect(active(await one.refresh())).toBe(active(await other.refresh()));
      expect(statesOf(one.current())).toEqual(['ACTIVE', 'PUBLISHED', 'PUBLISHED', 'RETIRING']);
    });

    test('the schedule rotates by itself on a working day at ten, once, and catches up when all were down', async () => {
      const [one, other] = await twoInstances();
      const before = active(one.current());
      // 90 days after Monday 06:30 is a Sunday, 06:30 in Tehran.
      ring().clock.advance(90 * DAY);
      expect(await one.tick()).toBe(false);
      ring().clock.advance(3.5 * HOUR);
      const did = await Promise.all([one.tick(), other.tick()]);
      expect(did.filter(Boolean)).toHaveLength(1);
      expect(active(await other.refresh())).not.toBe(before);
      // Half a year of silence: one rotation, late, and in working hours.
      ring().clock.advance(180 * DAY);
      await one.refresh();
      expect(one.lateness()).toBeGreaterThan(80 * DAY);
      for (let hour = 0; hour < 72; hour += 1, ring().clock.advance(1 * HOUR)) await one.tick();
      expect(one.lateness()).toBe(0);
    });

    test('a planned rotation waits for the end of a freeze, and an emergency does not', async () => {
      const [keys] = await twoInstances();
      const now = ring().clock.now();
      const freeze = { from: now + 80 * DAY, until: now + 100 * DAY, reason: 'entrance examination' };
      await keys.declareFreeze({ by, freeze });
      ring().clock.advance(95 * DAY);
      expect(await keys.tick()).toBe(false);
      expect((await keys.rotate({ by, alg: 'ES256' })).outcome).toBe('frozen');
      const kid = active(keys.current()) ?? '';
      await keys.requestRevocation({ kid, reason: 'leaked', by });
      expect((await keys.approveRevocation({ kid, by: 'Reza' })).outcome).toBe('done');
      expect(active(keys.current())).not.toBe(kid);
    });

    test('a revocation needs a second person, and the key never returns', async () => {
      const [keys, other] = await twoInstances();
      const kid = active(keys.current()) ?? '';
      expect((await keys.approveRevocation({ kid, by })).outcome).toBe('not-requested');
      expect((await keys.requestRevocation({ kid, reason: 'a laptop was stolen', by })).outcome).toBe('requested');
      expect((await keys.approveRevocation({ kid, by: ' SARA' })).outcome).toBe('same-person');
      expect(active(await other.refresh())).toBe(kid);
      expect((await other.approveRevocation({ kid, by: 'Reza' })).outcome).toBe('done');
      const after = await keys.refresh();
      expect(active(after)).not.toBe(kid);
      expect(JSON.stringify(after)).not.toContain(kid);
      expect((await keys.requestRevocation({ kid, reason: 'again', by })).outcome).toBe('already-revoked');
      expect((await keys.status()).revoked).toMatchObject([{ kid, reason: 'a laptop was stolen' }]);
    });

    test('a request that nobody approved within a day is void', async () => {
      const [keys] = await twoInstances();
      const kid = active(keys.current()) ?? '';
      await keys.requestRevocation({ kid, reason: 'leaked', by });
      ring().clock.advance(1 * DAY + 1 * SECOND);
      expect((await keys.approveRevocation({ kid, by: 'Reza' })).outcome).toBe('not-requested');
      await keys.requestRevocation({ kid, reason: 'leaked', by: 'Reza' });
      expect((await keys.approveRevocation({ kid, by })).outcome).toBe('done');
    });

    test('an emergency costs no sign-in, even the day after a rotation: a standby is everywhere already', async () => {
      const [keys] = await twoInstances();
      ring().clock.advance(15 * DAY);
      await keys.rotate({ by, alg: 'ES256' });
      ring().clock.advance(1 * DAY);
      const before = (await keys.status()).algorithms.find(({ alg }) => alg === 'ES256');
      expect(before?.revocation.isSeamless).toBe(true);
      const kid = before?.signing?.kid ?? '';
      await keys.requestRevocation({ kid, reason: 'drill', by });
      await keys.approveRevocation({ kid, by: 'Reza' });
      expect(active(keys.current())).toBe(before?.standby?.kid);
    });

    test('every other instance stops signing with a revoked key as soon as the change feed is read', async () => {
      const [keys, other] = await twoInstances();
      const kid = active(keys.current()) ?? '';
      const { stop } = await other.start();
      const heard = new Promise<KeyRing>((resolve) => other.onChange((it) => it.epoch > 1 && resolve(it)));
      await keys.requestRevocation({ kid, reason: 'drill', by });
      await keys.approveRevocation({ kid, by: 'Reza' });
      expect(active(other.current())).toBe(kid);
      await ring().changeFeed.poll();
      expect(active(await heard)).not.toBe(kid);
      stop();
    });

    test('a private half exists in the database only until its key stops signing', async () => {
      const [keys] = await twoInstances();
      ring().clock.advance(15 * DAY);
      await keys.rotate({ by, alg: 'ES256' });
      const held = await sql<{ held: boolean; retired: boolean }>`
        select private_half is not null as held, retired_at is not null as retired from signing_keys`.execute(
        database(),
      );
      expect(held.rows.every(({ held, retired }) => held === !retired)).toBe(true);
      await expect(
        sql`update signing_keys set private_half = 'kept' where retired_at is not null`.execute(database()),
      ).rejects.toThrow(/signing_keys_private_half_is_erased/);
    });

    test('a retired key is published until its tokens are over, then verifies our own hints until it is forgotten', async () => {
      const [keys] = await twoInstances();
      const kid = active(keys.current()) ?? '';
      ring().clock.advance(15 * DAY);
      await keys.rotate({ by, alg: 'ES256' });
      ring().clock.advance(14 * DAY - 1 * SECOND);
      expect(await keys.tick()).toBe(false);
      ring().clock.advance(2 * SECOND);
      expect(await keys.tick()).toBe(true);
      expect(keys.current().algorithms.flatMap(({ published }) => published.map((key) => key.kid))).not.toContain(kid);
      expect(keys.current().archived.map((key) => key.kid)).toEqual([kid]);
      ring().clock.advance(401 * DAY);
      expect((await ring().instance().refresh()).archived).toEqual([]);
    });

    test('an instance that has not seen the ring for a minute refuses to sign until it has', async () => {
      const [keys] = await twoInstances();
      ring().clock.advance(60 * SECOND);
      expect(keys.current().epoch).toBe(1);
      ring().clock.advance(1 * SECOND);
      expect(() => keys.current()).toThrow(RingStale);
      await keys.refresh();
      expect(keys.current().epoch).toBe(1);
      ring().clock.advance(-10 * 60 * SECOND);
      expect(() => keys.current()).toThrow(RingStale);
    });

    test('an algorithm that is added signs once every relying party has it', async () => {
      const [keys] = await twoInstances();
      for (const alg of ['EdDSA', 'PS256']) expect((await keys.addAlgorithm({ by, alg })).outcome).toBe('done');
      expect(keys.current().arriving.map(({ alg }) => alg)).toEqual(['PS256', 'EdDSA']);
      expect((await keys.addAlgorithm({ by, alg: 'none' })).outcome).toBe('unknown-algorithm');
      ring().clock.advance(15 * DAY);
      for (let hour = 0; hour < 72; hour += 1, ring().clock.advance(1 * HOUR)) await keys.tick();
      for (const { alg, active } of (await keys.refresh()).algorithms) {
        const data = Buffer.from('signed');
        if (active.privateKey === undefined) throw new Error(`${alg} has nothing to sign with`);
        const signature = signBytes(data, { alg, privateKey: active.privateKey });
        expect(isSignedBy(createPublicKey({ key: active.publicJwk, format: 'jwk' }), { alg, data, signature })).toBe(
          true,
        );
      }
      expect(keys.current().algorithms).toHaveLength(3);
      expect((await keys.verify()).isSound).toBe(true);
    });

    test('a dry run answers as the real run would, and writes nothing', async () => {
      const rehearsal = ring().instance({ isRehearsal: true });
      expect((await rehearsal.init({ by })).outcome).toBe('done');
      await expect(ring().instance().refresh()).rejects.toThrow(RingNotInitialised);
    });

    test('no private member, sealed or open, is in what the ring shows', async () => {
      const [keys] = await twoInstances(['ES256', 'RS256']);
      ring().clock.advance(15 * DAY);
      const shown = [
        await keys.rotate({ by, alg: 'RS256' }),
        await keys.exportPublic(),
        await keys.status(),
        await keys.verify(),
        keys.current(),
        ring().told,
      ].map((it) => JSON.stringify(it));
      const sealed = await sql<{ private_half: string | null }>`select private_half from signing_keys`.execute(
        database(),
      );
      for (const text of shown) {
        expect(text).not.toMatch(/"(d|p|q|dp|dq|qi|k)":/);
        for (const { private_half: half } of sealed.rows) if (half !== null) expect(text).not.toContain(half);
      }
    });
  });
}
