import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';

/**
 * An authenticator and its browser in one (WebAuthn Level 3): real keys and real signatures, and every field can be
 * made to lie, which no browser would do.
 */
type SoftwareAuthenticator = {
  /** Makes a key and answers as `navigator.credentials.create` would. */
  create(options: PublicKeyCredentialCreationOptionsJSON, page: Page & Lies): RegistrationResponseJSON;
  /** Signs in with the newest key, or with the one named. */
  get(
    options: PublicKeyCredentialRequestOptionsJSON,
    page: Page & Lies & { with?: string },
  ): AuthenticationResponseJSON;
};

/** What the browser's address bar says. */
type Page = { origin: string };

export type Lies = {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  isUserVerified?: boolean;
  isUserPresent?: boolean;
  /** The signature counter as told; otherwise one more than the last time. */
  counter?: number;
  userHandle?: string | undefined;
  crossOrigin?: boolean;
  topOrigin?: string;
  /** Signs something else than what is sent. */
  breakSignature?: boolean;
};

type Key = { id: string; privateKey: KeyObject; cose: Buffer; rpId: string; userHandle: string; counter: number };

/** With `isSyncable` keys may leave the device and have (flags BE and BS); `counts: false` always says 0, as synced ones do. */
export function createSoftwareAuthenticator(
  kind: { isSyncable?: boolean; counts?: boolean } = {},
): SoftwareAuthenticator {
  const { isSyncable = false } = kind;
  const { counts = !isSyncable } = kind;
  const keys: Key[] = [];
  const backup = isSyncable ? 0x18 : 0;

  const flagsOf = ({ isUserPresent = true, isUserVerified = true }: Lies) =>
    (isUserPresent ? 0x01 : 0) | (isUserVerified ? 0x04 : 0) | backup;

  return {
    create({ challenge, rp, user }, lies) {
      const rpId = lies.rpId ?? rp.id ?? new URL(lies.origin).hostname;
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      // RFC 9053 section 7.1: EC2 key, ES256, P-256.
      const cose = map([
        [integer(1), integer(2)],
        [integer(3), integer(-7)],
        [integer(-1), integer(1)],
        [integer(-2), bytes(Buffer.from(x, 'base64url'))],
        [integer(-3), bytes(Buffer.from(y, 'base64url'))],
      ]);
      const id = randomBytes(32);
      const key = { id: id.toString('base64url'), privateKey, cose, rpId, userHandle: user.id, counter: 0 };
      keys.push(key);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([
        authenticatorData(rpId, flagsOf(lies) | 0x40, lies.counter ?? 0),
        Buffer.alloc(16),
        length,
        id,
        cose,
      ]);
      const attestation = map([
        [text('fmt'), text('none')],
        [text('attStmt'), map([])],
        [text('authData'), bytes(authData)],
      ]);
      return {
        id: key.id,
        rawId: key.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, lies).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      };
    },

    get({ challenge, rpId: wanted }, { with: id, ...lies }) {
      const key = id === undefined ? keys.at(-1) : keys.find((each) => each.id === id);
      if (key === undefined) throw new Error('the authenticator has no such key');
      if (counts) key.counter += 1;
      const counter = lies.counter ?? key.counter;
      const data = authenticatorData(lies.rpId ?? wanted ?? key.rpId, flagsOf(lies), counter);
      const client = clientData('webauthn.get', challenge, lies);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      const signature = sign('sha256', lies.breakSignature ? Buffer.concat([signed, signed]) : signed, key.privateKey);
      const userHandle = 'userHandle' in lies ? lies.userHandle : key.userHandle;
      return {
        id: key.id,
        rawId: key.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          ...(userHandle !== undefined && { userHandle }),
        },
      };
    },
  };
}

function clientData(type: string, challenge: string, lies: Page & Lies): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: lies.type ?? type,
      challenge: lies.challenge ?? challenge,
      origin: lies.origin,
      crossOrigin: lies.crossOrigin ?? false,
      ...(lies.topOrigin !== undefined && { topOrigin: lies.topOrigin }),
    }),
  );
}

/** WebAuthn Level 3 section 6.1. */
function authenticatorData(rpId: string, flags: number, counter: number): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt8(flags, 0);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest]);
}

/** RFC 8949, as much of it as the above needs. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function integer(value: number): Buffer {
  return value >= 0 ? head(0, value) : head(1, -1 - value);
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([head(2, value.length), value]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
}

function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat()]);
}
