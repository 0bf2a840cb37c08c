import type { Page } from 'playwright-core';

/** What phones and laptops have built in: passkeys are made and used with a fingerprint that always fits. */
export async function addVirtualAuthenticator(tab: Page): Promise<void> {
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
  await session.send('WebAuthn.addVirtualAuthenticator', { options });
}

/** As people in Iran type. */
export function inPersianDigits(text: string): string {
  return text.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
}
