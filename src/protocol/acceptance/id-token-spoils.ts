import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { CompactSign } from 'jose';
import { ACR_VALUES, leastOf, reaches } from '#citizens/authentication-levels.ts';
import { HOUR, inSeconds, MINUTE } from '#platform/durations.ts';
import type { HonestVariation, IdTokenSpoil, Spoil } from '#relying-parties/acceptance/spoil.ts';
import { type AcceptanceKey, publicHalf } from './key-ring.ts';

export type Claims = Record<string, unknown>;
type Header = Record<string, unknown>;

/** What a spoiled token is made from besides the honest one. */
export type Surroundings = {
  issuer: string;
  clientId: string;
  /** The honest one. */
  key: AcceptanceKey;
  /** Another one of the key set. */
  secondKey: AcceptanceKey;
  /** The attacker's, which is in no key set but the attacker's own. */
  foreignKey: AcceptanceKey;
  foreignKeySetUri: string;
  /** Undefined for clients that have none. */
  clientSecret: string | undefined;
  /** The levels that were asked for, as alternatives. */
  askedAcr: readonly string[];
};

type TokenSpoil = HonestVariation | IdTokenSpoil;

/** Nobody's: `.example` is reserved (RFC 2606). */
export const OTHER_ISSUER = 'https://another-provider.example';
export const OTHER_CLIENT = 'another-relying-party';

/** Claims that are changed before an honest key signs them again. */
const CLAIM_SPOILS: Partial<Record<TokenSpoil, (claims: Claims, about: Surroundings) => Claims>> = {
  'clock-ahead': (claims) => inTime(claims, inSeconds(1 * MINUTE)),
  'issuer-other': (claims) => ({ ...claims, iss: OTHER_ISSUER }),
  'issuer-slash': (claims, { issuer }) => ({ ...claims, iss: `${issuer}/` }),
  audience: (claims) => ({ ...claims, aud: OTHER_CLIENT }),
  'audience-many': (claims, { clientId }) => ({ ...claims, aud: [clientId, OTHER_CLIENT], azp: OTHER_CLIENT }),
  expired: (claims) => inTime(claims, secondsOf(claims.iat) - secondsOf(claims.exp) - inSeconds(1 * HOUR)),
  'not-yet': (claims) => {
    const later = inTime(claims, inSeconds(1 * HOUR));
    return { ...later, nbf: later.iat };
  },
  'subject-missing': ({ sub: _left, ...claims }) => claims,
  'nonce-wrong': (claims) => (claims.nonce === undefined ? claims : { ...claims, nonce: randomName() }),
  'nonce-missing': ({ nonce: _left, ...claims }) => claims,
  'at-hash': (claims) => ({ ...claims, at_hash: halfHash(randomName()) }),
  'acr-lower': (claims, { askedAcr }) => ({
    ...claims,
    acr: levelBelow(leastOf(askedAcr) ?? String(claims.acr)),
    amr: ['pwd'],
  }),
};

/** Tokens whose claims are honest and whose signature or header is not what was agreed. */
const SIGNATURE_SPOILS: Partial<
  Record<
    TokenSpoil,
    (honest: { token: string; header: Header; claims: Claims }, about: Surroundings) => Promise<string>
  >
> = {
  'two-keys': ({ header, claims }, { secondKey }) => sign(claims, { ...header, kid: secondKey.kid }, secondKey),
  signature: async ({ token }) => spoilSignature(token),
  'alg-none': async ({ header, claims }) => unsigned(claims, { ...header, alg: 'none' }),
  'alg-none-case': async ({ header, claims }) => unsigned(claims, { ...header, alg: 'nOnE' }),
  // The public key as its owner would hand it out in a file: what a library that mixes up the kinds of keys takes for a secret.
  'alg-hs256-public': ({ header, claims }, { key }) => signByHash(claims, header, pemOf(key)),
  'alg-hs256-secret': ({ header, claims }, { clientSecret, clientId }) =>
    signByHash(claims, header, Buffer.from(clientSecret ?? clientId)),
  'key-unknown': ({ header, claims }, { foreignKey }) => sign(claims, { ...header, kid: foreignKey.kid }, foreignKey),
  'key-embedded-jwk': ({ header, claims }, { key, foreignKey }) =>
    sign(claims, { ...header, jwk: { ...publicHalf(foreignKey), kid: key.kid } }, foreignKey),
  'key-embedded-jku': ({ header, claims }, { foreignKey, foreignKeySetUri }) =>
    sign(claims, { ...header, jku: foreignKeySetUri }, foreignKey),
};

/** @param token the honest ID token, compact; the answer is the spoiled one, or the same where the spoil is about something else */
export async function spoilIdToken(token: string, spoil: Spoil, about: Surroundings): Promise<string> {
  const { header, claims } = readToken(token);
  const signDifferently = SIGNATURE_SPOILS[spoil as TokenSpoil];
  if (signDifferently !== undefined) return signDifferently({ token, header, claims }, about);
  const change = CLAIM_SPOILS[spoil as TokenSpoil];
  return change === undefined ? token : sign(change(claims, about), header, about.key);
}

/** Ours, so it is taken as it is. */
export function readToken(token: string): { header: Header; claims: Claims } {
  const [header = '', claims = ''] = token.split('.');
  return { header: decoded(header), claims: decoded(claims) };
}

export function sign(claims: Claims, header: Header, { alg, privateKey }: AcceptanceKey): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ ...header, alg }).sign(privateKey);
}

/** One byte in the middle, so that length and form stay as they are. */
export function spoilSignature(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}

function signByHash(claims: Claims, header: Header, secret: Buffer): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ ...header, alg: 'HS256' })
    .sign(secret);
}

function unsigned(claims: Claims, header: Header): string {
  return `${encoded(header)}.${encoded(claims)}.`;
}

/** The strongest of our own names that is weaker; 0 is below every level (OpenID Connect Core 1.0 section 2). */
function levelBelow(acr: string): string {
  const weaker = ACR_VALUES.filter((level) => level.startsWith('urn:') && !reaches({ reached: level, wanted: acr }));
  return weaker.at(-1) ?? '0';
}

function inTime(claims: Claims, bySeconds: number): Claims {
  return { ...claims, iat: secondsOf(claims.iat) + bySeconds, exp: secondsOf(claims.exp) + bySeconds };
}

function secondsOf(value: unknown): number {
  if (typeof value !== 'number') throw new Error('an honest ID token has times (OpenID Connect Core 1.0 section 2)');
  return value;
}

function pemOf({ publicJwk }: AcceptanceKey): Buffer {
  const { kty, crv, x, y, n, e } = publicJwk;
  const members = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
  );
  return Buffer.from(createPublicKey({ key: members, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
}

/** As long as the hash that belongs there (OpenID Connect Core 1.0 section 3.1.3.6). */
function halfHash(value: string): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');
}

function randomName(): string {
  return randomBytes(16).toString('base64url');
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
