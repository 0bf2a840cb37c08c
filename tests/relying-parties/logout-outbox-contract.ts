import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { OutboundRefused } from '#platform/http/outbound.ts';
import { startLogoutDelivery } from '#relying-parties/logout-delivery.ts';
import { createLogoutOutbox, type DeliverLogout, type LogoutOutbox } from '#relying-parties/logout-outbox-store.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';

const debt = { clientId: 'university', citizenId: 'citizen', sid: 'sid-1' };
const answer =
  (status: number): DeliverLogout =>
  async () => ({ status });
const unreachable: DeliverLogout = async () => {
  throw new OutboundRefused('timeout', { host: 'university.example' });
};

export function logoutOutboxKeepsItsContract(on: string, connect: () => Promise<DatabaseConnection>): void {
  describe(`the logout outbox, on ${on}`, () => {
    let connection: DatabaseConnection;
    let clock: FakeClock;
    let outbox: LogoutOutbox;

    beforeAll(async () => {
      connection = await connect();
      await migrate(connection.database, migrations);
    }, MINUTE);
    afterAll(() => connection.close());
    beforeEach(async () => {
      await connection.database.withTables<{ logout_outbox: object }>().deleteFrom('logout_outbox').execute();
      clock = createFakeClock();
      outbox = createLogoutOutbox({ database: connection.database, clock });
    });

    const round = (deliver: DeliverLogout) => outbox.deliverDue({ deliver, batch: 10 });
    const nothing = { delivered: 0, failed: 0, dead: [] };

    test('an owed logout is delivered once, with what the token needs', async () => {
      await outbox.owe([debt, { clientId: 'other', citizenId: 'citizen' }]);
      const seen: unknown[] = [];
      const deliver: DeliverLogout = async (owed) => {
        seen.push(owed);
        return { status: owed.clientId === 'other' ? 204 : 200 };
      };
      expect(await round(deliver)).toEqual({ delivered: 2, failed: 0, dead: [] });
      expect(seen).toContainEqual(expect.objectContaining({ ...debt, attempts: 1, createdAt: clock.now() }));
      clock.advance(2 * DAY);
      expect(await round(deliver)).toEqual(nothing);
    });

    test('a failed delivery is tried again after 5 s, 30 s, 2 min, 10 min, 1 h, 4 h and every 4 h, until a day is over', async () => {
      await outbox.owe([debt]);
      const waits = [
        5 * SECOND,
        30 * SECOND,
        2 * MINUTE,
        10 * MINUTE,
        1 * HOUR,
        ...Array.from({ length: 5 }, () => 4 * HOUR),
      ];
      for (const wait of waits) {
        expect(await round(unreachable)).toMatchObject({ failed: 1 });
        clock.advance(wait - 1);
        expect(await round(unreachable)).toEqual(nothing);
        clock.advance(1);
      }
      expect(await round(answer(503))).toMatchObject({ failed: 1 });
      // The last attempt falls on the end of the day.
      clock.advance(1 * DAY - waits.reduce((sum, wait) => sum + wait));
      const last = await round(answer(503));
      expect(last.dead).toMatchObject([{ ...debt, lastError: 'status 503', attempts: 12 }]);
      expect(clock.now() - (last.dead[0]?.createdAt ?? 0)).toBe(1 * DAY);
      clock.advance(DAY);
      expect(await round(answer(200))).toEqual(nothing);
      expect(await outbox.listDead()).toMatchObject([{ ...debt, deadAt: clock.now() - DAY }]);
    });

    test('a 400 is a refusal: tried twice more and then given up', async () => {
      await outbox.owe([debt]);
      expect(await round(answer(400))).toMatchObject({ failed: 1 });
      clock.advance(5 * SECOND);
      expect(await round(answer(400))).toMatchObject({ failed: 1 });
      clock.advance(30 * SECOND);
      expect(await round(answer(400))).toMatchObject({ dead: [{ lastError: 'status 400' }] });
    });

    test('a dead logout can be owed again', async () => {
      await outbox.owe([debt]);
      clock.advance(DAY);
      const { dead } = await round(unreachable);
      expect(dead).toMatchObject([{ lastError: 'timeout' }]);
      expect(await outbox.revive(dead[0]?.id ?? '')).toBe(true);
      expect(await round(answer(200))).toMatchObject({ delivered: 1 });
      expect(await outbox.listDead()).toEqual([]);
    });

    test('two instances that look at the same time never take the same row', async () => {
      await outbox.owe(Array.from({ length: 40 }, (_, at) => ({ ...debt, sid: `sid-${at}` })));
      const other = createLogoutOutbox({ database: connection.database, clock });
      const sent: (string | undefined)[] = [];
      const deliver: DeliverLogout = async ({ sid }) => {
        sent.push(sid);
        return { status: 200 };
      };
      await Promise.all([outbox, other, outbox, other].map((one) => one.deliverDue({ deliver, batch: 10 })));
      while ((await other.deliverDue({ deliver, batch: 10 })).delivered > 0);
      expect(sent.length).toBe(40);
      expect(new Set(sent).size).toBe(40);
    });

    test('while one delivers, the lease keeps the row from the other; when it dies the row comes back', async () => {
      await outbox.owe([debt]);
      let letGo: (answer: { status: number }) => void = () => {};
      const leased = Promise.withResolvers<void>();
      const deliver = () => {
        leased.resolve();
        return new Promise<{ status: number }>((resolve) => (letGo = resolve));
      };
      const slow = outbox.deliverDue({ deliver, batch: 1 });
      const other = createLogoutOutbox({ database: connection.database, clock });
      await leased.promise;
      expect(await other.deliverDue({ deliver: answer(200), batch: 1 })).toEqual(nothing);
      clock.advance(MINUTE);
      expect(await other.deliverDue({ deliver: answer(503), batch: 1 })).toMatchObject({ failed: 1 });
      // The first one's late answer no longer counts, except that it is over.
      letGo({ status: 503 });
      await slow;
      clock.advance(30 * SECOND);
      expect(await other.deliverDue({ deliver: answer(200), batch: 1 })).toMatchObject({ delivered: 1 });
    });

    test('success is counted per relying party, and delivered rows go after 30 days', async () => {
      await outbox.owe([debt, { ...debt, clientId: 'deaf' }]);
      await round(async ({ clientId }) => ({ status: clientId === 'deaf' ? 500 : 200 }));
      expect(await outbox.listSuccessRates(clock.now() - DAY)).toEqual([
        { clientId: 'deaf', owed: 1, delivered: 0, dead: 0 },
        { clientId: 'university', owed: 1, delivered: 1, dead: 0 },
      ]);
      clock.advance(30 * DAY);
      expect(await outbox.prune()).toBe(0);
      clock.advance(1);
      expect(await outbox.prune()).toBe(1);
    });

    test('the runner delivers when woken, and stopping waits for what is under way', async () => {
      let letGo: () => void = () => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const started = new Set<string | undefined>();
      const deliver: DeliverLogout = async ({ sid }) => {
        started.add(sid);
        await held;
        return { status: 200 };
      };
      const errors: unknown[] = [];
      const delivery = startLogoutDelivery({
        outbox,
        deliver,
        clock,
        everyMs: HOUR,
        onError: (error) => errors.push(error),
      });
      await outbox.owe([debt]);
      delivery.wake();
      await expect.poll(() => started.has('sid-1')).toBe(true);
      const stopped = delivery.stop();
      letGo();
      await stopped;
      expect(errors).toEqual([]);
      expect(await outbox.listSuccessRates(0)).toEqual([{ clientId: 'university', owed: 1, delivered: 1, dead: 0 }]);
    });
  });
}
