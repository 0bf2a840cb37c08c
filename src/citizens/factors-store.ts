import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { Factors } from './factors.ts';

/** In one question, because every step of every sign-in asks it; no secret is read to be counted. */
export async function countFactors(database: Database, citizenId: string): Promise<Omit<Factors, 'phone'>> {
  const { rows } = await sql<Omit<Factors, 'phone'>>`
    select
      exists (select from citizen_passwords where citizen_id = ${citizenId}) as "hasPassword",
      (select count(*)::int from citizen_totp where citizen_id = ${citizenId}) as "authenticators",
      (select count(*)::int from citizen_passkeys where citizen_id = ${citizenId}) as "passkeys",
      (select count(*)::int from citizen_recovery_codes
        where citizen_id = ${citizenId} and used_at is null) as "recoveryCodesLeft"`.execute(database);
  const [counted] = rows;
  if (counted === undefined) throw new Error('a question without a table has one answer');
  return counted;
}
