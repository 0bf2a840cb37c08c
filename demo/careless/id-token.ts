import type { Ignores } from './flaws.ts';
import { type Claims, decode, isSigned, type Keys } from './token-signature.ts';

type Expected = { issuer: string; clientId: string; nonce: string; acr: string; now: () => number };

const TOLERANCE_SECONDS = 90;

/** The claims, or why nobody is signed in by them. */
export async function readIdToken(
  idToken: string,
  expected: Expected,
  { keys, ignores }: { keys: Keys; ignores: Ignores },
): Promise<{ claims: Claims } | { refused: string }> {
  const token = decode(idToken);
  if (!(await isSigned(token, keys, ignores))) return { refused: 'signature' };
  const { claims } = token;
  const seconds = expected.now() / 1000;
  const wrong: [boolean, string][] = [
    [!isIssuer(claims.iss, expected.issuer, ignores), 'iss'],
    [![claims.aud].flat().includes(expected.clientId) && !ignores('audience'), 'aud'],
    [claims.azp !== undefined && claims.azp !== expected.clientId && !ignores('azp'), 'azp'],
    [Number(claims.exp) < seconds - TOLERANCE_SECONDS && !ignores('expired'), 'exp'],
    [Number(claims.iat) > seconds + TOLERANCE_SECONDS && !ignores('not-yet'), 'iat'],
    [claims.sub === undefined && !ignores('subject'), 'sub'],
    [!isNonce(claims.nonce, expected.nonce, ignores), 'nonce'],
    [claims.acr !== expected.acr && !ignores('acr'), 'acr'],
  ];
  const [, refused] = wrong.find(([isWrong]) => isWrong) ?? [];
  return refused === undefined ? { claims } : { refused };
}

function isIssuer(iss: unknown, issuer: string, ignores: Ignores): boolean {
  if (ignores('issuer')) return true;
  return iss === issuer || (ignores('issuer-slash') && String(iss).replace(/\/$/, '') === issuer);
}

function isNonce(nonce: unknown, expected: string, ignores: Ignores): boolean {
  if (ignores('nonce') || ignores('code-binding')) return true;
  return nonce === expected || (nonce === undefined && ignores('nonce-missing'));
}
