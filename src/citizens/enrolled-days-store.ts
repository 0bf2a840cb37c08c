import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { MINUTE } from '#platform/durations.ts';

/** How many citizens had an account at the end of a day in Tehran. */
type EnrolledDays = {
  /** Counts for today unless that was done a moment ago, by whichever instance. */
  count(): Promise<void>;
  /** By day, as in 2026-01-31. Days on which nothing was counted are not among them. */
  list(days: number): Promise<Map<string, number>>;
  /** The last count, of today or before. */
  last(): Promise<number | undefined>;
};

/** Counting 22 million entries of an index takes some seconds of one core. */
const NOT_AGAIN_FOR = 9 * MINUTE;

export function createEnrolledDays({
  database,
  notAgainForMs = NOT_AGAIN_FOR,
}: {
  database: Database;
  notAgainForMs?: number;
}): EnrolledDays {
  return {
    /** The row is taken before anything is counted, so that of many instances one counts. */
    async count() {
      await database.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ day: string }>`
          insert into enrolled_days as kept (day, citizens, counted_at)
          values ((now() at time zone 'Asia/Tehran')::date,
            coalesce((select citizens from enrolled_days order by day desc limit 1), 0), now())
          on conflict (day) do update set counted_at = now()
            where kept.counted_at <= now() - ${notAgainForMs} * interval '1 millisecond'
          returning to_char(day, 'YYYY-MM-DD') as day`.execute(transaction);
        const day = rows[0]?.day;
        if (day === undefined) return;
        await sql`update enrolled_days set citizens = (
            select (select count(*) from citizens) - (select count(*) from citizens where state = 'closed'))
          where day = ${day}::date`.execute(transaction);
      });
    },
    async list(days) {
      const { rows } = await sql<{ day: string; citizens: number }>`
        select to_char(day, 'YYYY-MM-DD') as day, citizens::float8 as citizens from enrolled_days
        where day >= (now() at time zone 'Asia/Tehran')::date - ${days}::int`.execute(database);
      return new Map(rows.map(({ day, citizens }) => [day, citizens]));
    },
    async last() {
      const { rows } = await sql<{ citizens: number }>`
        select citizens::float8 as citizens from enrolled_days order by day desc limit 1`.execute(database);
      return rows[0]?.citizens;
    },
  };
}
