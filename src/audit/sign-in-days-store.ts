import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { MINUTE } from '#platform/durations.ts';

/** Noon of a day in Tehran in milliseconds since 1970, its name as in 2026-01-31, and how many sign-ins there were. */
type SignInDay = { day: string; noon: number; signIns: number };

type SignInDays = {
  /**
   * Counts what the audit has recorded since the last time; false while another instance is at it. It costs the sign-ins
   * themselves nothing, and no crash loses any: what was not counted yet is counted the next time.
   */
  count(): Promise<boolean>;
  /** The last days that are over, oldest first, with those on which nobody signed in. */
  list(days: number): Promise<SignInDay[]>;
};

type Needs = {
  database: Database;
  /** A relying party of our own, at which nobody arrives. */
  except: string;
  /** Events get their number before they are committed; what is younger than this is left for the next time. */
  settledForMs?: number;
};

/** Any fixed number, the same on every instance: 'sign in' on a telephone's keys. */
const COUNTING_LOCK = 744646;
/** Some 0.3 s of one core; the rest comes in the next step, which follows at once. */
const EVENTS_IN_A_STEP = 200_000;

/** A sign-in is a citizen who arrives at a relying party, be it with a password or by single sign-on. */
export function createSignInDays({ database, except, settledForMs = 1 * MINUTE }: Needs): SignInDays {
  async function countStep(): Promise<number | undefined> {
    return database.transaction().execute(async (transaction) => {
      const lock = await sql<{
        taken: boolean;
      }>`select pg_try_advisory_xact_lock(${COUNTING_LOCK}) as taken`.execute(transaction);
      if (lock.rows[0]?.taken !== true) return undefined;
      const { rows } = await sql<{ seen: number }>`
        with found as materialized (
          select id, at, name, client_id from audit_events
          where id > (select counted_to from sign_in_days_counted) order by id limit ${EVENTS_IN_A_STEP}
        ), settled as (
          select * from found where id < coalesce(
            (select min(id) from found where at > clock_timestamp() - ${settledForMs} * interval '1 millisecond'),
            (select max(id) + 1 from found))
        ), added as (
          insert into sign_in_days as kept (day, sign_ins)
          select (at at time zone 'Asia/Tehran')::date, count(*) from settled
          where name = 'authorization.granted' and client_id is not null and client_id <> ${except} group by 1
          on conflict (day) do update set sign_ins = kept.sign_ins + excluded.sign_ins
        ), moved as (
          update sign_in_days_counted set counted_to = (select max(id) from settled) where exists (select from settled)
        )
        select count(*)::int as seen from settled`.execute(transaction);
      return rows[0]?.seen ?? 0;
    });
  }

  return {
    async count() {
      let seen = await countStep();
      while (seen === EVENTS_IN_A_STEP) seen = await countStep();
      return seen !== undefined;
    },
    async list(days) {
      const { rows } = await sql<{ day: string; noon: number; sign_ins: number }>`
        select to_char(day, 'YYYY-MM-DD') as day,
          (extract(epoch from (day + time '12:00') at time zone 'Asia/Tehran') * 1000)::float8 as noon,
          coalesce(sign_ins, 0)::float8 as sign_ins
        from generate_series(1, ${days}::int) as ago
        cross join lateral (select (now() at time zone 'Asia/Tehran')::date - ago as day) as past
        left join sign_in_days using (day)
        order by day`.execute(database);
      return rows.map(({ day, noon, sign_ins }) => ({ day, noon, signIns: sign_ins }));
    },
  };
}
