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
  /** The same under the name that OpenID Connect Extended Authentication Profile ACR Values 1.0 gives it. */
  phishingResistant: 'phr',
  /** A passkey whose key cannot leave its hardware (the same document). */
  phishingResistantHardware: 'phrh',
} as const;

export type Acr = (typeof AUTHENTICATION_LEVELS)[keyof typeof AUTHENTICATION_LEVELS];

/** Weakest first; also the `acr_values_supported` of discovery. */
export const ACR_VALUES: readonly Acr[] = [
  AUTHENTICATION_LEVELS.password,
  AUTHENTICATION_LEVELS.passwordAndCode,
  AUTHENTICATION_LEVELS.passkey,
  AUTHENTICATION_LEVELS.phishingResistant,
  AUTHENTICATION_LEVELS.phishingResistantHardware,
];

/** Values of one rank are two names of one level. */
const RANK: Readonly<Record<Acr, number>> = {
  'urn:panjereh:aal:1': 1,
  'urn:panjereh:aal:2': 2,
  'urn:panjereh:aal:3': 3,
  phr: 3,
  phrh: 4,
};

/** What a citizen did to sign in. A hardware passkey is one whose key cannot be copied to another device. */
export const AUTHENTICATION_METHODS = [
  'password',
  'sms-code',
  'authenticator-code',
  'recovery-code',
  'passkey',
  'hardware-passkey',
] as const;

export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/**
 * RFC 8176 section 2, and `pop` as registered by the EAP ACR Values: a passkey may be kept in hardware or synchronised,
 * so it is only called a proof of possession unless we know. A recovery code is a one-time password on paper.
 */
const AMR: Readonly<Record<AuthenticationMethod, readonly string[]>> = {
  password: ['pwd'],
  'sms-code': ['sms'],
  'authenticator-code': ['otp'],
  'recovery-code': ['otp'],
  passkey: ['pop', 'user'],
  'hardware-passkey': ['pop', 'hwk', 'user'],
};

export function isAcr(value: unknown): value is Acr {
  return ACR_VALUES.some((acr) => acr === value);
}

export function isPasskey(method: AuthenticationMethod): boolean {
  return method === 'passkey' || method === 'hardware-passkey';
}

/** The second half of a sign-in that began with a password. */
export function isOneTimeCode(method: AuthenticationMethod): boolean {
  return method === 'sms-code' || method === 'authenticator-code' || method === 'recovery-code';
}

/** In our own names. Undefined when the methods do not make a sign-in: a one-time code alone proves a phone, not a person. */
export function acrOf(methods: readonly AuthenticationMethod[]): Acr | undefined {
  if (methods.some(isPasskey)) return AUTHENTICATION_LEVELS.passkey;
  if (!methods.includes('password')) return undefined;
  return methods.some(isOneTimeCode) ? AUTHENTICATION_LEVELS.passwordAndCode : AUTHENTICATION_LEVELS.password;
}

/** The `amr` claim; `mfa` is added where more than one factor was used, and a verified passkey is two by itself. */
export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  const used = new Set(methods);
  const values = [...new Set([...used].flatMap((method) => AMR[method]))];
  const isManifold = used.size > 1 || [...used].some(isPasskey);
  return isManifold ? [...values, 'mfa'] : values;
}

/** A stronger sign-in serves wherever a weaker one is asked for. An unknown wish is never reached. */
export function reaches({ reached, wanted }: { reached: string | undefined; wanted: string }): boolean {
  return isAcr(reached) && isAcr(wanted) && RANK[reached] >= RANK[wanted];
}

/** What a sign-in must reach at least, of the alternatives asked for: the weakest that we know; undefined if none. */
export function leastOf(wanted: readonly string[]): Acr | undefined {
  return ACR_VALUES.find((acr) => wanted.includes(acr));
}

/** The stronger of two demands that both have to be met. */
export function strongerOf(one: Acr, other: Acr): Acr {
  return RANK[other] > RANK[one] ? other : one;
}
