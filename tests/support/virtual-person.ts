import type { Page } from 'playwright-core';
import type { TestProvider } from './provider.ts';

/**
 * What phones and laptops have built in: passkeys are made and used with a fingerprint that always fits. `touch` says
 * whether it is there from now on, whatever asks for it.
 */
export async function addVirtualAuthenticator(tab: Page): Promise<{ touch(enabled: boolean): Promise<unknown> }> {
  const session = await tab.context().newCDPSession(tab);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  return { touch: (enabled) => session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }) };
}

/** Makes a passkey as the page of the account would, and keeps it at the provider. */
export async function makePasskey(
  tab: Page,
  { provider, citizenId }: { provider: TestProvider; citizenId: string },
): Promise<void> {
  const { people } = provider.services;
  const citizen = await people.citizens.findById(citizenId);
  if (citizen === undefined) throw new Error('there is no such citizen');
  const binding = 'browser-test';
  const options = await people.passkeys.registrationOptions({ citizen, binding });
  await tab.goto(`${provider.issuer}/`);
  // As text: the types of this program are not those of a browser.
  const response = await tab.evaluate(`(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)});
    return (await navigator.credentials.create({ publicKey })).toJSON();
  })()`);
  const proof = await people.credentialProofs.issue({ citizenId, purpose: 'add-passkey', binding });
  const added = await people.passkeys.register({ citizenId, binding, response, name: 'browser', proof });
  if (added.outcome !== 'added') throw new Error(`the passkey was not added: ${added.outcome}`);
}

/** As people in Iran type. */
export function inPersianDigits(text: string): string {
  return text.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
}
