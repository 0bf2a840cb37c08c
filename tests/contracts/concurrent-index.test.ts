import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { type Migrations, migrate } from '#platform/database/migrate.ts';
import { type Databases, onEachDatabase } from './open-databases.ts';

const INDEX = 'people_by_slow_name';
const migrations: Migrations = {
  '0001-people': {
    up: async (database: Database) => {
      await sql`create table people (id int, name text)`.execute(database);
    },
  },
  '0002-by-name': { index: INDEX, definition: 'on people (slowly(name)) where id > 0' },
  '0003-more': {
    up: async (database: Database) => {
      await sql`alter table people add column age int`.execute(database);
    },
  },
};

const stateOf = async ({ first }: Databases) => {
  const { rows } = await sql<{ isValid: boolean }>`select indisvalid as "isValid" from pg_index
    where indexrelid = to_regclass(${INDEX})`.execute(first.database);
  return rows[0]?.isValid;
};
const noted = async ({ first }: Databases) => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(first.database);
  return rows.map(({ name }) => name);
};

onEachDatabase((databases, kind) => {
  // Rows that take their time, so that a few of them are a big table.
  beforeAll(async () => {
    const { database } = databases().first;
    await sql`create function slowly(name text) returns text language plpgsql immutable as
      $$ begin perform pg_sleep(0.005); return name; end $$`.execute(database);
  });
  beforeEach(async () => {
    const { database } = databases().first;
    await sql`drop table if exists people, kysely_migration, kysely_migration_lock`.execute(database);
  });

  async function withRows(count: number): Promise<void> {
    const { database } = databases().first;
    const { '0001-people': people } = migrations;
    if (people === undefined) throw new Error('there is no first migration');
    await migrate(database, { '0001-people': people });
    await sql`insert into people select n, 'name ' || n from generate_series(1, ${count}) as n`.execute(database);
  }

  test('an index is built after everything else, noted, and not built again', async () => {
    const { first } = databases();
    expect(await migrate(first.database, migrations)).toEqual({
      applied: ['0001-people', '0003-more', '0002-by-name'],
    });
    expect(await stateOf(databases())).toBe(true);
    expect(await noted(databases())).toEqual(['0001-people', '0002-by-name', '0003-more']);
    expect(await migrate(first.database, migrations)).toEqual({ applied: [] });
  });

  test('instances that start at once build it once', async () => {
    await withRows(50);
    const { first, second } = databases();
    const applied = await Promise.all(
      [first, second, first, second].map(async ({ database }) => (await migrate(database, migrations)).applied),
    );
    expect(applied.flat().sort()).toEqual(['0002-by-name', '0003-more']);
    expect(await stateOf(databases())).toBe(true);
  });

  if (kind === 'embedded') return;

  /** Writes on another connection until the building is over; how many got through meanwhile. */
  async function writesDuring(building: Promise<unknown>) {
    let isOver = false;
    const over = building.finally(() => {
      isOver = true;
    });
    const { database } = databases().second;
    await expect.poll(async () => isOver || (await isBuilding()), { interval: 5 }).toBe(true);
    let through = 0;
    while (!isOver) {
      await sql`insert into people values (0, 'newcomer')`.execute(database);
      if (!isOver) through += 1;
    }
    await over;
    return through;
  }
  const isBuilding = async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where query ilike 'create index%' and state = 'active'
      and datname = current_database() and pid <> pg_backend_pid()`.execute(databases().second.database);
    return rows.length > 0;
  };

  test('nobody who writes is held up while it is built', async () => {
    await withRows(300);
    const { database } = databases().first;
    const through = await writesDuring(migrate(database, migrations));
    expect(through).toBeGreaterThan(20);
    expect(await stateOf(databases())).toBe(true);

    await sql`drop index ${sql.id(INDEX)}`.execute(database);
    const inTransaction = database
      .transaction()
      .execute((transaction) =>
        sql`create index ${sql.id(INDEX)} on people (slowly(name)) where id > 0`.execute(transaction),
      );
    expect(await writesDuring(inTransaction), 'control: in a transaction they wait for all of it').toBeLessThan(3);
  }, 30_000);

  test('one that was interrupted is left as invalid, and built anew by the next run', async () => {
    await withRows(300);
    const { first, second } = databases();
    const building = migrate(first.database, migrations).catch((error: unknown) => String(error));
    await expect.poll(isBuilding, { interval: 5 }).toBe(true);
    await expect.poll(() => stateOf(databases()), { interval: 5 }).toBe(false);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'create index%'
      and datname = current_database() and pid <> pg_backend_pid()`.execute(second.database);
    expect(await building).toContain('0002-by-name could not be built');
    expect(await stateOf(databases()), 'control').toBe(false);
    expect(await noted(databases())).toEqual(['0001-people', '0003-more']);

    expect(await migrate(first.database, migrations)).toEqual({ applied: ['0002-by-name'] });
    expect(await stateOf(databases())).toBe(true);
  }, 30_000);
});
