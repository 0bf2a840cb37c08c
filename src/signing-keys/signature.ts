import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto';

/** How each algorithm turns bytes into a JWS signature, RFC 7518 section 3 and RFC 8037 section 3.1. */
const schemes: Record<string, { hash: string | null; options: Omit<SignKeyObjectInput, 'key'> }> = {
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  RS256: { hash: 'sha256', options: {} },
  PS256: {
    hash: 'sha256',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  },
  EdDSA: { hash: null, options: {} },
};

export function signBytes(data: Buffer, { alg, privateKey }: { alg: string; privateKey: KeyObject }): Buffer {
  const { hash, options } = schemeOf(alg);
  return sign(hash, data, { key: privateKey, ...options });
}

export function isSignedBy(
  publicKey: KeyObject,
  { alg, data, signature }: { alg: string; data: Buffer; signature: Buffer },
): boolean {
  const { hash, options } = schemeOf(alg);
  return verify(hash, data, { key: publicKey, ...options }, signature);
}

function schemeOf(alg: string) {
  const scheme = schemes[alg];
  if (scheme === undefined) throw new RangeError(`nothing is signed with ${alg} here`);
  return scheme;
}
