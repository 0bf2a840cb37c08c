import { createHash } from 'node:crypto';
import type { Citizen } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';

/**
 * How an account stood when somebody proved that it is theirs. Whatever its owner does after that (another password,
 * another number, "this was not me") gives it another mark, and a recovery that rests on the proof of before is over:
 * whoever read one code off somebody's phone must not have the last word for an hour.
 */
export type AccountMark = (citizen: Citizen) => Promise<string>;

export function createAccountMark({ citizens }: { citizens: Pick<CitizensStore, 'passwordHashOf'> }): AccountMark {
  return async ({ id, phone = '', updatedAt }) => {
    const parts = [phone, updatedAt, (await citizens.passwordHashOf(id)) ?? ''];
    return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  };
}
