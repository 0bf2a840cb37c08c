import { sql } from 'kysely';
import type { Services } from '#root/services.ts';

/**
 * The ring lives by the database's clock, which a test does not move: instead what happened to the keys of one ring is
 * moved into the past, as if that much time had gone by.
 */
export async function ageKeys({ database }: Pick<Services, 'database'>, alg: string, days: number): Promise<void> {
  const earlier = sql`interval '1 day' * ${sql.lit(days)}`;
  await sql`update signing_keys set
    published_at = published_at - ${earlier}, activated_at = activated_at - ${earlier}, retired_at = retired_at - ${earlier}
    where alg = ${alg}`.execute(database);
}

/** The schedule's next steps, by this instance or by another one that was faster. */
export async function letScheduleAct({ signingKeys }: Pick<Services, 'signingKeys'>): Promise<void> {
  // A fresh reading: the marks were moved without a new epoch.
  await signingKeys.declareFreeze({ by: 'a test', freeze: { from: 0, until: 1, reason: 'long over' } });
  await signingKeys.tick();
  await signingKeys.refresh();
}
