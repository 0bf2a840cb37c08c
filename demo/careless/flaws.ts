/** What a relying party can leave undone, one word each; fails.json says which cases of the acceptance each of them fails. */
export const FLAWS = [
  'signature',
  'alg-none',
  'alg-none-case',
  'alg-hs256-public',
  'alg-hs256-secret',
  'key-unknown',
  'key-embedded-jwk',
  'key-embedded-jku',
  'issuer',
  'issuer-slash',
  'audience',
  'azp',
  'expired',
  'not-yet',
  'subject',
  'nonce',
  'nonce-missing',
  'acr',
  'userinfo-subject',
  'state',
  'state-missing',
  'response-issuer',
  'pkce',
  'code-binding',
  'replay',
  'error',
  'login-target',
  'logout',
  'logout-signature',
  'logout-audience',
  'logout-nonce',
  'logout-events',
  'logout-jti',
  'logout-type',
] as const;

export type Flaw = (typeof FLAWS)[number];

/** Whether the relying party ignores this. */
export type Ignores = (flaw: Flaw) => boolean;

/** `nonce,state`, or `everything`, or nothing at all: then it is a careful one. */
export function readFlaws(text: string): ReadonlySet<Flaw> {
  if (text === 'everything') return new Set(FLAWS);
  const named = text.split(',').filter((name) => name !== '');
  const unknown = named.filter((name) => !isFlaw(name));
  if (unknown.length > 0) throw new Error(`--ignore knows no ${unknown.join(', ')}; it knows ${FLAWS.join(', ')}`);
  return new Set(named.filter(isFlaw));
}

function isFlaw(name: string): name is Flaw {
  return FLAWS.some((flaw) => flaw === name);
}
