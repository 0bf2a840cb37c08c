import { KNOWN_PEOPLE, type KnownPerson } from '../../demo/people/known-people.ts';
import type { Browser, Page } from './browser.ts';
import type { TestProvider } from './provider.ts';

export type Kind = 'forgotten-password' | 'lost-phone' | 'lost-everything';

/** The registry's record of a demo citizen. */
export function registryRecordOf({ nationalCode }: { nationalCode: string }): KnownPerson {
  const found = KNOWN_PEOPLE.find((person) => person.nationalCode === nationalCode);
  if (found === undefined) throw new Error('the demo registry does not know this citizen');
  return found;
}

/** The first page of one of the three ways. */
export async function beginRecovery(browser: Browser, issuer: string, kind: Kind): Promise<Page> {
  const stay = { stayAt: issuer };
  return browser.submit(await browser.open(`${issuer}/recover`, stay), { kind }, stay);
}

/** Ten codes as their owner printed them, issued past the pages. */
export async function issueRecoveryCodes(
  { services: { people } }: TestProvider,
  citizenId: string,
): Promise<readonly string[]> {
  const binding = 'tests';
  const proof = await people.credentialProofs.issue({ citizenId, purpose: 'issue-recovery-codes', binding });
  const codes = await people.recoveryCodes.issue({ citizenId, proof, binding });
  if (codes === undefined) throw new Error('no recovery codes were issued');
  return codes;
}
