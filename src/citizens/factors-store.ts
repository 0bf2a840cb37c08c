import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { type KeptColumns, readRow } from './citizen-row.ts';
import type { Factors, FindWithFactors } from './factors.ts';

type Row = KeptColumns & Omit<Factors, 'phone'>;

/** In one question, because every step of every sign-in asks it; no secret is read to be counted. */
export function createFindWithFactors({ database, sealer }: { database: Database; sealer: Sealer }): FindWithFactors {
  return async (citizenId) => {
    const { rows } = await sql<Row>`
      select citizens.*,
        exists (select from citizen_passwords where citizen_id = citizens.id) as "hasPassword",
        (select count(*)::int from citizen_totp where citizen_id = citizens.id) as "authenticators",
        (select count(*)::int from citizen_passkeys where citizen_id = citizens.id) as "passkeys",
        (select count(*)::int from citizen_recovery_codes
          where citizen_id = citizens.id and used_at is null) as "recoveryCodesLeft"
      from citizens where id = ${citizenId} and erased_at is null`.execute(database);
    const [row] = rows;
    if (row === undefined) return undefined;
    const citizen = readRow(row, sealer);
    const { hasPassword, authenticators, passkeys, recoveryCodesLeft } = row;
    const phone = citizen.phone === undefined ? {} : { phone: citizen.phone };
    return { citizen, factors: { hasPassword, authenticators, passkeys, recoveryCodesLeft, ...phone } };
  };
}
