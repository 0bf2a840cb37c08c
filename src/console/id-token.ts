import { createHash } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { IDToken } from 'openid-client';
import { reaches } from '#citizens/authentication-levels.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';

/** An ID token that must not be believed; the message is for the log. */
export class IdTokenRefused extends Error {}

/** Clocks of two instances may differ; ours is also the provider's. */
const TOLERANCE = 1 * MINUTE;

type Expected = { nonce: string; acr: string; maxAge: number; accessToken: string; now: number };

/**
 * What openid-client does not ask for in the code flow, or only where the answer has it: a nonce that is there, a hash
 * that binds the access token where one is named (OpenID Connect Core 1.0 section 3.1.3.6), the level and the time of
 * the sign-in that were demanded, and the session that a logout token will name.
 *
 * @throws IdTokenRefused
 */
export function checkIdToken(idToken: string, claims: IDToken, expected: Expected): { subject: string; sid: string } {
  if (expected.nonce === '' || claims.nonce !== expected.nonce)
    throw new IdTokenRefused('nonce is missing or another one');
  const { alg = '' } = decodeProtectedHeader(idToken);
  if (claims.at_hash !== undefined && claims.at_hash !== halfHash(expected.accessToken, alg))
    throw new IdTokenRefused('at_hash belongs to another access token');
  if ('events' in claims) throw new IdTokenRefused('a logout token is no ID token');
  if (!reaches({ reached: typeof claims.acr === 'string' ? claims.acr : undefined, wanted: expected.acr }))
    throw new IdTokenRefused('the sign-in is weaker than was demanded');
  const age = expected.now - Number(claims.auth_time) * SECOND;
  if (!(age <= expected.maxAge * SECOND + TOLERANCE))
    throw new IdTokenRefused('the sign-in is older than was demanded');
  if (typeof claims.sid !== 'string' || claims.sid === '') throw new IdTokenRefused('sid is missing');
  return { subject: claims.sub, sid: claims.sid };
}

/** The left half of the hash that belongs to the signature algorithm. */
function halfHash(value: string, alg: string): string {
  const bits = /^(?:ES|RS|PS)(256|384|512)$/.exec(alg)?.[1] ?? '512';
  const hash = createHash(`sha${bits}`).update(value, 'ascii').digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
