/** Where a step comes from. The network counts against limits, the language is that of messages it causes. */
export type StepFrom = { network: string; language: 'fa' | 'en' };

/** As the registry gives them. */
export type RegisteredName = {
  givenName: string;
  familyName: string;
  givenNameLatin?: string;
  familyNameLatin?: string;
};

/** What was proved on the way and when, for the sign-in that follows. */
export type JourneyProof = { method: 'password' | 'sms-code'; at: number };

/** The last four digits, for a person to recognise their number: ‎+98••••••4567. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}${'\u2022'.repeat(phone.length - 7)}${phone.slice(-4)}`;
}
