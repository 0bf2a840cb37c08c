import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type Databases, onEachDatabase } from './open-databases.ts';

onEachDatabase((databases, kind) => {
  beforeAll(async () => {
    await migrate(databases().first.database, migrations);
  });

  test('what one instance announces, the other hears once', async () => {
    const { database } = databases().first;
    const { feed, heard } = await listening(databases(), 'citizens');
    await database
      .transaction()
      .execute((transaction) => feed.announce(transaction, { topic: 'citizens', key: 'one' }));
    await feed.announce(database, { topic: 'others', key: 'two' });
    await feed.poll();
    await feed.poll();
    expect(heard).toEqual(['*', 'one']);
  });

  test('what is rolled back is never heard', async () => {
    const { feed, heard } = await listening(databases(), 'rolled-back');
    const attempt = databases()
      .first.database.transaction()
      .execute(async (transaction) => {
        await feed.announce(transaction, { topic: 'rolled-back', key: 'never' });
        throw new Error('changed my mind');
      });
    await expect(attempt).rejects.toThrow('changed my mind');
    await feed.poll();
    expect(heard).toEqual(['*']);
  });

  // The embedded database has one connection, which has no two transactions at once.
  const onPostgres = kind === 'postgresql' ? test : () => undefined;
  onPostgres('a change that commits after later ones were heard is not missed', async () => {
    const { first } = databases();
    const { feed, heard } = await listening(databases(), 'late');
    await first.database.transaction().execute(async (slow) => {
      await feed.announce(slow, { topic: 'late', key: 'slow' });
      await feed.announce(first.database, { topic: 'late', key: 'quick' });
      await feed.poll();
      expect(heard).toEqual(['*', 'quick']);
    });
    for (let polls = 0; polls < 3; polls += 1) await feed.poll();
    expect(heard).toEqual(['*', 'quick', 'slow']);
  });

  test('after more than 30 s without the database everything may have changed', async () => {
    const { feed, heard, clock } = await listening(databases(), 'silence');
    clock.advance(29_000);
    await feed.poll();
    expect(heard).toEqual(['*']);
    clock.advance(31_000);
    expect(feed.silentForMs()).toBe(31_000);
    await feed.poll();
    expect(heard).toEqual(['*', '*']);
    expect(feed.silentForMs()).toBe(0);
  });

  test('one listener that fails does not keep the others from hearing, and one that left hears nothing', async () => {
    const failures: unknown[] = [];
    const { feed, heard } = await listening(databases(), 'failing', (error) => failures.push(error));
    feed.onChange('failing', () => {
      throw new Error('broken listener');
    });
    const left: string[] = [];
    feed.onChange('failing', (key) => left.push(key))();
    await feed.announce(databases().first.database, { topic: 'failing', key: 'a' });
    await feed.poll();
    expect(heard).toEqual(['*', 'a']);
    expect(left).toEqual([]);
    expect(failures).toHaveLength(1);
  });

  test('a feed that polls by itself tells within two seconds, and forgets what is older than an hour', async () => {
    const { database } = databases().first;
    const clock = createFakeClock();
    await sql`insert into changes (topic, key, at) values ('old', 'old', now() - interval '61 minutes')`.execute(
      database,
    );
    const feed = createChangeFeed({ database, clock, pollEveryMs: 20 });
    const heard = new Promise((resolve) => feed.onChange('self', (key) => key === 'x' && resolve(key)));
    clock.advance(61_000);
    await feed.poll();
    await feed.announce(database, { topic: 'self', key: 'x' });
    expect(await heard).toBe('x');
    await expect.poll(() => countOld(databases()), { timeout: 5000 }).toBe(0);
    feed.close();
  });
});

async function listening({ second }: Databases, topic: string, onListenerFailure: (error: unknown) => void = () => {}) {
  const clock = createFakeClock();
  const feed = createChangeFeed({ database: second.database, clock, pollEveryMs: 0, onListenerFailure });
  const heard: string[] = [];
  feed.onChange(topic, (key) => heard.push(key));
  await feed.poll();
  return { feed, heard, clock };
}

async function countOld({ first }: Databases): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from changes where topic = 'old'`.execute(
    first.database,
  );
  return rows[0]?.n ?? 0;
}
