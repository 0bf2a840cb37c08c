import { createPublicKey } from 'node:crypto';

/** Keys as somebody pasted them, as the members of a JWK set; judged further by the rules of the registration. */
type TypedKeys =
  | { outcome: 'keys'; jwks: { keys: readonly object[] } }
  /** It was never kept, and must not be used any more: it has left its server. */
  | { outcome: 'private-key' }
  | { outcome: 'not-keys' };

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** A JWK set, a single JWK, or public keys in PEM one after the other: what people have at hand. */
export function readTypedKeys(typed: string): TypedKeys {
  const text = typed.trim();
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return { outcome: 'private-key' };
  const keys = text.startsWith('-----BEGIN') ? fromPem(text) : fromJson(text);
  if (keys === undefined || keys.length === 0) return { outcome: 'not-keys' };
  if (keys.some((key) => PRIVATE_MEMBERS.some((member) => member in key))) return { outcome: 'private-key' };
  return { outcome: 'keys', jwks: { keys } };
}

function fromJson(text: string): object[] | undefined {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!('keys' in parsed)) return [parsed];
  const { keys } = parsed;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null) ? keys : undefined;
}

function fromPem(text: string): object[] | undefined {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g) ?? [];
  try {
    return blocks.map((pem) => ({ ...createPublicKey(pem).export({ format: 'jwk' }), use: 'sig' }));
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
