/**
 * How strongly a sign-in proves who sits there, as `acr` values (OpenID Connect Core section 2). Relying parties
 * compare them as strings, so they are published once and never change their meaning.
 */
export const AUTHENTICATION_LEVELS = {
  /** A password. */
  password: 'urn:panjereh:aal:1',
  /** A password and a one-time code. */
  passwordAndCode: 'urn:panjereh:aal:2',
  /** A passkey with user verification: nothing that a look-alike page could pass on. */
  passkey: 'urn:panjereh:aal:3',
} as const;

export type Acr = (typeof AUTHENTICATION_LEVELS)[keyof typeof AUTHENTICATION_LEVELS];

/** Weakest first; also the `acr_values_supported` of discovery. */
export const ACR_VALUES: readonly Acr[] = [
  AUTHENTICATION_LEVELS.password,
  AUTHENTICATION_LEVELS.passwordAndCode,
  AUTHENTICATION_LEVELS.passkey,
];

/** What a citizen did to sign in. */
export type AuthenticationMethod = 'password' | 'sms-code' | 'authenticator-code' | 'passkey';

/** RFC 8176 section 2. A passkey may be kept in hardware or synchronised, so it is only called a proof of possession. */
const AMR: Record<AuthenticationMethod, readonly string[]> = {
  password: ['pwd'],
  'sms-code': ['sms'],
  'authenticator-code': ['otp'],
  passkey: ['pop', 'user'],
};

/** What a sign-in with a password alone is recorded as. */
export const PASSWORD = { acr: AUTHENTICATION_LEVELS.password, amr: AMR.password } as const;

export function isAcr(value: unknown): value is Acr {
  return ACR_VALUES.some((acr) => acr === value);
}

/** Undefined when the methods do not make a sign-in: a one-time code alone proves a phone, not a person. */
export function acrOf(methods: readonly AuthenticationMethod[]): Acr | undefined {
  if (methods.includes('passkey')) return AUTHENTICATION_LEVELS.passkey;
  if (!methods.includes('password')) return undefined;
  if (methods.includes('sms-code') || methods.includes('authenticator-code')) {
    return AUTHENTICATION_LEVELS.passwordAndCode;
  }
  return AUTHENTICATION_LEVELS.password;
}

/** The `amr` claim; `mfa` is added where more than one factor was used, and a verified passkey is two by itself. */
export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  const used = new Set(methods);
  const values = [...used].flatMap((method) => AMR[method]);
  return used.size > 1 || used.has('passkey') ? [...values, 'mfa'] : values;
}

/** A stronger sign-in serves wherever a weaker one is asked for. An unknown wish is never reached. */
export function reaches({ reached, wanted }: { reached: string | undefined; wanted: string }): boolean {
  return isAcr(reached) && isAcr(wanted) && ACR_VALUES.indexOf(reached) >= ACR_VALUES.indexOf(wanted);
}

/** `acr_values` are alternatives: one of them is enough. None asked for is always reached. */
export function reachesOneOf({ reached, wanted }: { reached: string | undefined; wanted: readonly string[] }): boolean {
  return wanted.length === 0 || wanted.some((acr) => reaches({ reached, wanted: acr }));
}

/** What a sign-in must reach at least, of the alternatives asked for: the weakest that we know; undefined if none. */
export function leastOf(wanted: readonly string[]): Acr | undefined {
  return ACR_VALUES.find((acr) => wanted.includes(acr));
}
