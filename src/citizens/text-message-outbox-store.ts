import { type Selectable, sql } from 'kysely';

import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

import { readMobileNumber } from './mobile-number.ts';
import type { HandedOver, MessageKind, TextMessage } from './text-messages.ts';

/** Notices that must arrive, kept until the gateway has taken them or a day has passed. */
export type TextMessageOutbox = {
  /** When it resolves (and the transaction commits), no crash loses the message. */
  owe(message: TextMessage, transaction?: Database): Promise<void>;
  /** Takes what is due, oldest first, and hands it over. No two instances take the same row while its lease runs. */
  deliverDue(by: { handOver(message: TextMessage): Promise<HandedOver>; batch: number }): Promise<DeliveryRound>;
  /** Newest first; what they say stays sealed. */
  listDead(options?: { id?: string; limit?: number }): Promise<DeadTextMessage[]>;
  /** Owes a dead one again. False when it is not dead, or was erased. */
  revive(id: string): Promise<boolean>;
  countDead(): Promise<number>;
  /** Deletes what was sent, or given up, more than 30 days ago; answers how many. */
  prune(): Promise<number>;
};

export type DeliveryRound = { sent: number; failed: number; dead: readonly DeadTextMessage[] };
type DeadTextMessage = { id: string; kind: string; deadAt: number; lastError: string };

type Row = {
  id: string;
  kind: string;
  sealed: string | null;
  created_at: Date;
  attempts: number;
  next_attempt_at: Date;
  sent_at: Date | null;
  dead_at: Date | null;
  last_error: string | null;
};

/** Many times what one call to the gateway may take with its retries, and more than two instances' clocks differ. */
const LEASE = 2 * MINUTE;
/** From a passing hiccup to a night's outage; the last one repeats until the day is over. */
const BACKOFF = [10 * SECOND, 1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR] as const;
/** A warning is worth little after that; those in charge see the dead ones. */
const GIVE_UP_AFTER = 1 * DAY;
const KEPT = 30 * DAY;

type TextMessageOutboxNeeds = { database: Database; sealer: Sealer; clock: Clock };

export function createTextMessageOutbox({ database, sealer, clock }: TextMessageOutboxNeeds): TextMessageOutbox {
  const tables = database.withTables<{ text_messages: Row }>();

  return {
    async owe({ kind, ...message }, transaction = database) {
      const id = rowId();
      const now = new Date(clock.now());
      await transaction
        .withTables<{ text_messages: Row }>()
        .insertInto('text_messages')
        .values({
          id,
          kind,
          sealed: sealer.seal(JSON.stringify(message), placeOfMessage(id)),
          created_at: now,
          attempts: 0,
          next_attempt_at: now,
        })
        .execute();
    },

    async deliverDue({ handOver, batch }) {
      const due = await take(batch);
      const tried = await Promise.allSettled(
        due.map(async (row) => ({
          row,
          result: await handOver(open(row)).catch(
            (): HandedOver => ({ outcome: 'not-taken', reason: 'failed', isFinal: false, mayArrive: false }),
          ),
        })),
      );
      const handedOver = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      const taken = handedOver.filter(({ result }) => result.outcome === 'taken').map(({ row }) => row);
      const others = handedOver.flatMap(({ row, result }) =>
        result.outcome === 'taken' ? [] : [keepNotTaken(row, result)],
      );
      const [settled] = await Promise.all([Promise.all(others), keepTaken(taken)]);
      // One that cannot be opened is heard of once those beside it are settled, or they would be sent again and again.
      for (const each of tried) if (each.status === 'rejected') throw each.reason;
      const dead = settled.filter((result) => result !== 'failed');
      return { sent: taken.length, failed: settled.length - dead.length, dead };
    },

    async listDead({ id, limit = 100 } = {}) {
      const rows = await tables
        .selectFrom('text_messages')
        .selectAll()
        .where('dead_at', 'is not', null)
        .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
        .orderBy('dead_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => deadFrom(row, row.dead_at?.getTime() ?? 0, row.last_error ?? ''));
    },

    async revive(id) {
      const now = new Date(clock.now());
      const revived = await tables
        .updateTable('text_messages')
        .set({ dead_at: null, attempts: 0, created_at: now, next_attempt_at: now })
        .where('id', '=', id)
        .where('dead_at', 'is not', null)
        .where('sealed', 'is not', null)
        .executeTakeFirst();
      return revived.numUpdatedRows > 0n;
    },

    async countDead() {
      const { dead } = await tables
        .selectFrom('text_messages')
        .select(sql<number>`count(*)::int`.as('dead'))
        .where('dead_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return dead;
    },

    async prune() {
      const before = new Date(clock.now() - KEPT);
      const deleted = await tables
        .deleteFrom('text_messages')
        .where(({ eb, or }) => or([eb('sent_at', '<', before), eb('dead_at', '<', before)]))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };

  /** The lease is the next attempt: when this instance dies on the way, the row is simply due again. */
  async function take(batch: number): Promise<Selectable<Row>[]> {
    const now = clock.now();
    return tables
      .with('due', (query) =>
        query
          .selectFrom('text_messages')
          .select('id')
          .where('sent_at', 'is', null)
          .where('dead_at', 'is', null)
          .where('next_attempt_at', '<=', new Date(now))
          .orderBy('next_attempt_at')
          .limit(batch)
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('text_messages')
      .from('due')
      .whereRef('text_messages.id', '=', 'due.id')
      .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: new Date(now + LEASE) }))
      .returningAll('text_messages')
      .execute();
  }

  function open({ id, kind, sealed }: Selectable<Row>): TextMessage {
    if (sealed === null) throw new Error('a text message that is owed has no content');
    const message = JSON.parse(sealer.unseal(sealed, placeOfMessage(id)).toString()) as Omit<TextMessage, 'kind'>;
    const to = readMobileNumber(message.to);
    if (to === undefined) throw new Error('a stored mobile number is not valid');
    return { ...message, to, kind: kind as MessageKind };
  }

  /**
   * Only while a row is still at our attempt: after a lost lease another instance's answer counts. One question for
   * all that the gateway took, which is nearly always every one.
   */
  async function keepTaken(rows: readonly Selectable<Row>[]): Promise<void> {
    if (rows.length === 0) return;
    await tables
      .updateTable('text_messages')
      .set({ sent_at: new Date(clock.now()), sealed: null, last_error: null })
      .where(({ or, and, eb }) =>
        or(rows.map(({ id, attempts }) => and([eb('id', '=', id), eb('attempts', '=', attempts)]))),
      )
      .where('sent_at', 'is', null)
      .execute();
  }

  async function keepNotTaken(
    row: Selectable<Row>,
    { reason, isFinal }: Extract<HandedOver, { outcome: 'not-taken' }>,
  ): Promise<'failed' | DeadTextMessage> {
    const now = clock.now();
    const owedForMs = now - row.created_at.getTime();
    const mine = tables
      .updateTable('text_messages')
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where('sent_at', 'is', null);
    if (isFinal || owedForMs >= GIVE_UP_AFTER) {
      await mine.set({ dead_at: new Date(now), last_error: reason }).execute();
      return deadFrom(row, now, reason);
    }
    const afterMs = BACKOFF[Math.min(row.attempts - 1, BACKOFF.length - 1)] ?? BACKOFF[0];
    const next = now + Math.min(afterMs, GIVE_UP_AFTER - owedForMs);
    await mine.set({ next_attempt_at: new Date(next), last_error: reason }).execute();
    return 'failed';
  }
}

function deadFrom({ id, kind }: Pick<Row, 'id' | 'kind'>, deadAt: number, lastError: string): DeadTextMessage {
  return { id, kind, deadAt, lastError };
}

/** Ties a sealed message to its row. */
export function placeOfMessage(id: string): string {
  return `text_messages.sealed:${id}`;
}
