import type { CitizensStore } from '#citizens/citizens-store.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import type { PasswordPool } from '#citizens/password-pool.ts';
import { rowId } from '#platform/ids.ts';

import { DEMO_CITIZENS, DEMO_PASSWORD, type DemoCitizen } from './demo-citizens.ts';

type Needs = { citizens: CitizensStore; passwords: Pick<PasswordPool, 'hash'> };

/** Adds the invented people who are not there yet; those who are keep what was done to them. Never called in production. */
export async function seedDemoCitizens({ citizens, passwords }: Needs): Promise<{ added: number }> {
  const results = await Promise.all(DEMO_CITIZENS.map((person) => seed(person, { citizens, passwords })));
  return { added: results.filter((isNew) => isNew).length };
}

async function seed(person: DemoCitizen, { citizens, passwords }: Needs): Promise<boolean> {
  const nationalCode = readNationalCode(person.nationalCode);
  const phone = readMobileNumber(person.phone);
  if (nationalCode === undefined || phone === undefined) throw new Error('a demo citizen is not well-formed');
  if ((await citizens.findByNationalCode(nationalCode)) !== undefined) return false;

  const id = rowId();
  await citizens.save({
    ...person,
    id,
    nationalCode,
    phone,
    identityLevel: 'registry-and-phone-matched',
  });
  await citizens.setPasswordHash(id, await passwords.hash(DEMO_PASSWORD));
  return true;
}
