import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** What a relying party with code of its own makes of a token: undefined when it accepts, else why not. */
export type Refusal =
  | 'unknown-key'
  | 'bad-signature'
  | 'expired'
  | 'not-yet'
  | 'other-issuer'
  | 'other-algorithm'
  | string;

type Expectation = { issuer: string; nowMs: number; toleranceMs: number };

export type KeysByKid = ReadonlyMap<string, { alg: string; key: KeyObject }>;

export function importKeys(keys: readonly (JsonWebKey & { kid?: string; alg?: string })[]): KeysByKid {
  return new Map(
    keys.map((jwk) => [jwk.kid ?? '', { alg: jwk.alg ?? '', key: createPublicKey({ key: jwk, format: 'jwk' }) }]),
  );
}

/** RFC 7515 section 5.2 and RFC 7519 section 7.2, every time anew: no result is kept. */
export function refusalOf(
  token: string,
  keys: KeysByKid,
  { issuer, nowMs, toleranceMs }: Expectation,
): Refusal | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const known = keys.get(kid);
  if (known === undefined) return 'unknown-key';
  if (known.alg !== alg) return 'other-algorithm';
  const isRight = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    alg === 'ES256' ? { key: known.key, dsaEncoding: 'ieee-p1363' } : known.key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isRight) return 'bad-signature';
  const { iss, exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (iss !== issuer) return 'other-issuer';
  if (exp * 1000 + toleranceMs <= nowMs) return 'expired';
  if (iat * 1000 - toleranceMs > nowMs) return 'not-yet';
  return undefined;
}
