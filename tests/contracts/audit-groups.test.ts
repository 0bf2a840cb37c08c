import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { type AuditStore, createAuditStore } from '#audit/audit-store.ts';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

/** Two milliseconds apart: a quarter of a second, in which three or four groups are due. */
const EVENTS = 120;

describe('the audit store', () => {
  let statements: number;
  let connection: DatabaseConnection;
  let store: AuditStore;
  beforeEach(async () => {
    connection = await connectDatabase({ url: await migratedDatabase(), onQuery: () => (statements += 1) });
    store = createAuditStore({
      database: connection.database,
      onError: (error) => {
        throw error;
      },
    });
    statements = 0;
    return connection.close;
  });

  const happen = (urgency?: 'follows') =>
    store.record({ name: 'tokens.issued', citizenId: 'citizen-1', details: { grant: 'refresh_token' } }, urgency);

  test('writes a steady stream of what follows by rule in few groups, and loses none of it', async () => {
    const recording: Promise<void>[] = [];
    for (let event = 0; event < EVENTS; event += 1) {
      recording.push(happen('follows'));
      await wait(2);
    }
    await Promise.all(recording);

    expect(statements).toBeLessThan(EVENTS / 10);
    expect(await store.count('tokens.issued')).toBe(EVENTS);
  });

  test('takes what gathers along with an event that somebody waits for', async () => {
    const gathers = happen('follows');
    await happen();

    expect(await store.count('tokens.issued')).toBe(2);
    await gathers;
    expect(statements).toBe(2); // The group, and the count.
  });

  test('writes what still waits when it is flushed, and what arrived while it wrote', async () => {
    void happen('follows');
    const flushed = store.flush();
    void happen('follows');
    await flushed;

    expect(await store.count('tokens.issued')).toBe(2);
  });

  test('tells whoever waits that a group was refused, and keeps the next', async () => {
    const errors: unknown[] = [];
    const fragile = createAuditStore({ database: connection.database, onError: (error) => errors.push(error) });
    // A name that is no text: the database refuses the whole group.
    const refused = fragile.record({ name: null as unknown as string, details: {} });

    await expect(refused).rejects.toThrow(/null value in column "name"/);
    await fragile.record({ name: 'tokens.issued', details: {} });
    expect(errors).toHaveLength(1);
    expect(await store.count('tokens.issued')).toBe(1);
  });
});
