import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { createSignInDays } from '#audit/sign-in-days-store.ts';
import { createEnrolledDays } from '#citizens/enrolled-days-store.ts';
import { migrate } from '#platform/database/migrate.ts';
import { MINUTE } from '#platform/durations.ts';
import { migrations } from '#root/migrations/all.ts';
import { onEachDatabase } from './open-databases.ts';

onEachDatabase((databases) => {
  const database = () => databases().first.database;
  beforeAll(async () => {
    await migrate(database(), migrations);
  });

  /** So many days ago in Tehran, at this time of the day there. */
  async function record(
    name: string,
    { ago, time, client = 'university' }: { ago: number; time: string; client?: string },
  ) {
    await sql`insert into audit_events (name, client_id, details, at) values (${name}, ${client}, '{}',
      ((now() at time zone 'Asia/Tehran')::date - ${ago}::int + ${time}::time) at time zone 'Asia/Tehran')`.execute(
      database(),
    );
  }
  const signInDays = (settledForMs?: number) =>
    createSignInDays({
      database: database(),
      except: 'panjereh',
      ...(settledForMs === undefined ? {} : { settledForMs }),
    });
  const counted = async () => (await signInDays().list(3)).map(({ signIns }) => signIns);

  test('sign-ins are counted once, by the day in Tehran, without those at our own pages and without what else is recorded', async () => {
    await record('authorization.granted', { ago: 2, time: '23:59:30' });
    await record('authorization.granted', { ago: 1, time: '00:00:30' });
    await record('authorization.granted', { ago: 1, time: '12:00' });
    await record('authorization.granted', { ago: 1, time: '12:00', client: 'panjereh' });
    await record('claims.released', { ago: 1, time: '12:00' });
    expect(await signInDays().count()).toBe(true);
    expect(await counted()).toEqual([0, 1, 2]);
    await signInDays().count();
    expect(await counted()).toEqual([0, 1, 2]);
    // What comes later is added to its day.
    await record('authorization.granted', { ago: 1, time: '18:00' });
    await signInDays().count();
    expect(await counted()).toEqual([0, 1, 3]);
  });

  test('what is so young that another may still be committed before it waits for the next time', async () => {
    await record('authorization.granted', { ago: 1, time: '19:00' });
    await signInDays(2 * 24 * 60 * MINUTE).count();
    expect(await counted()).toEqual([0, 1, 3]);
    await signInDays().count();
    expect(await counted()).toEqual([0, 1, 4]);
  });

  test('instances that count at once count everything once', async () => {
    for (let times = 0; times < 20; times += 1) await record('authorization.granted', { ago: 3, time: '10:00' });
    const second = createSignInDays({ database: databases().second.database, except: 'panjereh' });
    await Promise.all([signInDays().count(), second.count(), signInDays().count()]);
    await signInDays().count();
    expect(await counted()).toEqual([20, 1, 4]);
  });

  test('citizens are those with an account that is not closed, and are not counted again within minutes', async () => {
    const enrolled = createEnrolledDays({ database: database() });
    expect(await enrolled.last()).toBeUndefined();
    const add = (id: string, state: string) =>
      sql`insert into citizens (id, state, given_name, family_name, birth_date, national_code, national_code_hash, identity_level)
        values (${id}, ${state}, 'a', 'b', 'c', 'd', ${id}, 'e')`.execute(database());
    await add('one', 'active');
    await add('two', 'locked');
    await add('three', 'closed');
    await enrolled.count();
    expect(await enrolled.last()).toBe(2);
    await add('four', 'active');
    await enrolled.count();
    expect(await enrolled.last()).toBe(2);
    await createEnrolledDays({ database: database(), notAgainForMs: 0 }).count();
    expect(await enrolled.last()).toBe(3);
    expect([...(await enrolled.list(1)).values()]).toEqual([3]);
  });
});
