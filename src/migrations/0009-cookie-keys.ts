import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * Keys that sign cookies are one more ring in `signing_keys`. A cookie is checked with the secret that signed it, so
 * such a secret stays until its last cookie is over: erased when its key is archived or revoked, not when it retires.
 */
export async function up(database: Database): Promise<void> {
  await sql`alter table signing_keys drop constraint signing_keys_private_half_is_erased`.execute(database);
  await sql`alter table signing_keys add constraint signing_keys_private_half_is_erased check (
    private_half is null
    or ((retired_at is null or alg = 'cookies') and archived_at is null and revoked_at is null)
  )`.execute(database);
}
