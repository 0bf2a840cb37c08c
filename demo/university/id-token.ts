import { createHash } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** An ID token that must not be believed; the message is for the log. */
class IdTokenRefused extends Error {}

const CLOCK_TOLERANCE_SECONDS = 90;
const OLDEST_SECONDS = 60 * 60;

type Expected = {
  issuer: string;
  clientId: string;
  alg: string;
  keys: JWTVerifyGetKey;
  accessToken: string;
  /** Absent for a refreshed ID token, which need not carry it (OpenID Connect Core 1.0 section 12.2). */
  nonce?: string;
  acrValues: readonly string[];
  now: () => number;
};

/**
 * What openid-client leaves to TLS or to us in the code flow: the signature, times that lie ahead, the binding to
 * the access token (at_hash, OpenID Connect Core 1.0 section 3.1.3.8), a nonce that is there, and the level reached.
 * @throws IdTokenRefused, or what jose throws
 */
export async function checkIdToken(idToken: string, expected: Expected): Promise<JWTPayload> {
  const { payload } = await jwtVerify(idToken, expected.keys, {
    issuer: expected.issuer,
    audience: expected.clientId,
    algorithms: [expected.alg],
    requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: OLDEST_SECONDS,
    currentDate: new Date(expected.now()),
  });
  const type = decodeProtectedHeader(idToken).typ;
  if (type !== undefined && type.toUpperCase() !== 'JWT')
    throw new IdTokenRefused(`a token of type ${type} is no ID token`);
  if ('events' in payload) throw new IdTokenRefused('a logout token is no ID token');
  if (expected.nonce !== undefined && payload.nonce !== expected.nonce)
    throw new IdTokenRefused('nonce is missing or another one');
  if (payload.at_hash !== undefined && payload.at_hash !== halfHash(expected.accessToken, expected.alg)) {
    throw new IdTokenRefused('at_hash belongs to another access token');
  }
  const { acr } = payload;
  if (expected.acrValues.length > 0 && !expected.acrValues.some((enough) => enough === acr)) {
    throw new IdTokenRefused('a lower level than was asked for');
  }
  return payload;
}

/** The left half of the hash that belongs to the signature algorithm: ES256 and RS256 take SHA-256. */
function halfHash(value: string, alg: string): string {
  const hash = createHash(`sha${/\d{3}$/.exec(alg)?.[0] ?? '512'}`)
    .update(value, 'ascii')
    .digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
