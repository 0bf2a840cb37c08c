import { createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ExternalSigningKey, errors } from 'oidc-provider';

/** Rejects when this key may not sign any more, whatever this instance still holds in memory. */
export type CheckMaySign = (kid: string) => Promise<void>;

/** Answered as 503: nothing was signed, and the next request is. */
export class SigningRefused extends errors.OIDCProviderError {
  constructor(cause: unknown) {
    super(503, 'temporarily_unavailable');
    this.cause = cause;
    this.expose = true;
  }
}

/** A key of the ring as the library takes it. A key without its private half is published and verifies, and never signs. */
export type RingKey = { kid: string; alg: string; publicJwk: JsonWebKey; privateKey?: KeyObject | undefined };

const signInThreadPool = promisify(
  (
    algorithm: string,
    data: Buffer,
    key: Parameters<typeof sign>[2],
    done: (error: Error | null, signature: Buffer) => void,
  ) => sign(algorithm, data, key, done),
);

/**
 * The private half stays here: the library gets a public key and a function that signs.
 * ES256 and EdDSA are signed at once (a pass through the thread pool costs more than the signature);
 * RSA goes to the thread pool (0.4 ms a signature).
 * The class is what the library demands; `externalSigningSupport` is experimental there, and
 * tests/protocol/library-promises.test.ts pins what is relied on.
 */
class LibraryKey extends ExternalSigningKey {
  readonly #key: RingKey;
  readonly #publicKey: KeyObject;
  readonly #sign: (data: Buffer) => Buffer | Promise<Buffer>;
  readonly #checkMaySign: CheckMaySign;

  constructor(key: RingKey, checkMaySign: CheckMaySign) {
    super();
    this.#key = key;
    this.#publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
    this.#sign = signerFor(key);
    this.#checkMaySign = checkMaySign;
  }

  override get kid(): string {
    return this.#key.kid;
  }

  override get alg(): string {
    return this.#key.alg;
  }

  override keyObject(): KeyObject {
    return this.#publicKey;
  }

  override async sign(data: Uint8Array): Promise<Buffer> {
    await this.#checkMaySign(this.#key.kid).catch((cause) => Promise.reject(new SigningRefused(cause)));
    return this.#sign(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
}

export function libraryKey(key: RingKey, checkMaySign: CheckMaySign): ExternalSigningKey {
  return new LibraryKey(key, checkMaySign);
}

function signerFor({ kid, alg, privateKey }: RingKey): (data: Buffer) => Buffer | Promise<Buffer> {
  if (privateKey === undefined) {
    return () => {
      throw new Error(`the key ${kid} is published for verification only and must not sign`);
    };
  }
  switch (alg) {
    case 'ES256':
      return withFixedLengthSignatures(privateKey);
    case 'EdDSA':
    case 'Ed25519':
      return (data) => sign(null, data, privateKey);
    case 'RS256':
      return (data) => signInThreadPool('sha256', data, privateKey);
    case 'PS256':
      return (data) => signInThreadPool('sha256', data, { key: privateKey, padding: 6, saltLength: 32 });
    default:
      throw new Error(`no signer for ${alg}`);
  }
}

/**
 * ES256 as JOSE wants it: 64 bytes, not DER (RFC 7518 section 3.4). Options and key as one object spare `sign` a search
 * for the key that throws and catches two errors, a third of the time of a signature. A copy, because who else
 * signs with the key wants DER.
 */
function withFixedLengthSignatures(privateKey: KeyObject): (data: Buffer) => Buffer {
  const key = Object.assign(structuredClone(privateKey), { dsaEncoding: 'ieee-p1363' as const });
  return (data) => sign('sha256', data, key);
}
