import { Secret, TOTP } from 'otpauth';
import type { ProofPurpose } from '#citizens/credential-proofs.ts';
import type { Clock } from '#platform/clock.ts';
import type { Page } from './browser.ts';
import type { TestProvider } from './provider.ts';
import { createSoftwareAuthenticator } from './software-authenticator.ts';

/** Gives demo citizens what enrolment and the account page would, by the same functions and with proofs of their own. */
export function createOwnFactors(provider: Pick<TestProvider, 'services' | 'issuer'>, clock: Clock) {
  const { people } = provider.services;
  const binding = 'own-factors';
  const prove = (citizenId: string, purpose: ProofPurpose) =>
    people.credentialProofs.issue({ citizenId, purpose, binding });
  const find = async (citizenId: string) => {
    const citizen = await people.citizens.findById(citizenId);
    if (citizen === undefined) throw new Error(`there is no citizen ${citizenId}`);
    return citizen;
  };

  return {
    /** Answers what the app shows at this moment of the clock. Adding it uses up the code of that moment. */
    async authenticator(citizenId: string): Promise<() => string> {
      const { secret } = people.authenticators.begin(await find(citizenId));
      const totp = new TOTP({ secret: Secret.fromBase32(secret), digits: 6 });
      const codeNow = () => totp.generate({ timestamp: clock.now() });
      const proof = await prove(citizenId, 'add-authenticator');
      const added = await people.authenticators.confirm({
        ...{ citizenId, secret, code: codeNow(), name: 'phone', proof, binding },
      });
      if (added !== 'added') throw new Error(added);
      return codeNow;
    },

    /** Answers the browser's side: from a page with an offer to what its form posts. */
    async passkey(citizenId: string, { isSyncable = false } = {}): Promise<(page: Page) => string> {
      const device = createSoftwareAuthenticator({ isSyncable });
      const { origin } = new URL(provider.issuer);
      const options = await people.passkeys.registrationOptions({ citizen: await find(citizenId), binding });
      const proof = await prove(citizenId, 'add-passkey');
      const response = device.create(options, { origin });
      const added = await people.passkeys.register({ citizenId, binding, response, name: 'phone', proof });
      if (added.outcome !== 'added') throw new Error(added.reason);
      return (page) => JSON.stringify(device.get(offerOn(page), { origin }));
    },

    async recoveryCodes(citizenId: string): Promise<string[]> {
      const proof = await prove(citizenId, 'issue-recovery-codes');
      return (await people.recoveryCodes.issue({ citizenId, proof, binding })) ?? [];
    },
  };
}

/** The options that a page hands to the browser's own dialogue. */
export function offerOn(page: Page) {
  const written = /id="passkey-offer"[^>]*data-options="([^"]*)"/.exec(page.text)?.[1];
  if (written === undefined) throw new Error(`no passkey is offered on ${page.url}`);
  return JSON.parse(written.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}
