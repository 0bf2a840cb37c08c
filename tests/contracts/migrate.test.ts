import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { type Migrations, migrate } from '#platform/database/migrate.ts';
import { onEachDatabase } from './open-databases.ts';

const creates = (table: string) => ({
  up: async (database: Database) => {
    await sql`create table ${sql.table(table)} (id int)`.execute(database);
  },
});

onEachDatabase((databases) => {
  const release1: Migrations = { '0001-a': creates('a'), '0002-b': creates('b') };
  const release2: Migrations = { ...release1, '0003-c': creates('c') };

  test('instances that start at once apply each migration once', async () => {
    const { first, second } = databases();
    const starts = [first, second, first, second].map(({ database }) => migrate(database, release1));
    const applied = (await Promise.all(starts)).map((result) => result.applied);
    expect(applied.flat()).toEqual(['0001-a', '0002-b']);
  });

  test('a later release applies only what is new', async () => {
    expect(await migrate(databases().first.database, release2)).toEqual({ applied: ['0003-c'] });
  });

  test('a database newer than the code is left as it is', async () => {
    expect(await migrate(databases().first.database, release1)).toEqual({ applied: [] });
  });

  test('a correction with a lower number than what ran is applied', async () => {
    const corrected: Migrations = { ...release1, '0002-bb': creates('bb') };
    expect(await migrate(databases().first.database, corrected)).toEqual({ applied: ['0002-bb'] });
  });

  test('a migration that fails changes nothing, not even by those before it, and is named', async () => {
    const { database } = databases().first;
    const broken: Migrations = { ...release2, '0004-d': creates('d'), '0005-e': creates('a') };
    await expect(migrate(database, broken)).rejects.toThrow('0005-e failed and nothing was changed');
    expect(await migrate(database, { ...release2, '0004-d': creates('d') })).toEqual({ applied: ['0004-d'] });
  });

  test('errors of the database keep their SQLSTATE and lose the values', async () => {
    const { database } = databases().first;
    await sql`create table secrets (phone text primary key, age int)`.execute(database);
    const insert = (phone: string, age: string) =>
      sql`insert into secrets values (${phone}, ${age}::text::int)`.execute(database);
    await insert('09121234567', '1');
    const attempts = [() => insert('09121234567', '1'), () => insert('09350000000', '09121234567x')];
    for (const attempt of attempts) {
      const error = await attempt().catch((caught: unknown) => caught);
      expect(error).toHaveProperty('code', expect.stringMatching(/^(23505|22\w{3})$/));
      const everything = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error as object, name)));
      expect(everything.join('\n')).not.toMatch(/0912123|0935000/);
    }
  });

  test('both databases read the same types', async () => {
    const { rows } = await sql`
      select 7::int8 as n, '\\x0102'::bytea as b, '2026-01-31'::date as d, 1.50::numeric as m, '{"a":[1]}'::jsonb as j,
        '2026-01-31T00:00:00Z'::timestamptz as t, ${Buffer.from('xyz')}::bytea as given
    `.execute(databases().first.database);
    expect(rows).toEqual([
      {
        n: 7,
        b: Buffer.from([1, 2]),
        d: '2026-01-31',
        m: '1.50',
        j: { a: [1] },
        t: new Date('2026-01-31T00:00:00Z'),
        given: Buffer.from('xyz'),
      },
    ]);
  });
});
