import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/**
 * Signs cookies as Keygrip does (HMAC over `name=value`), with SHA-256 and keys that are prepared once.
 * The first key signs, all of them verify, so keys can be rotated.
 */
export function createCookieSigner(secrets: readonly [Buffer, ...Buffer[]]) {
  const [current, ...older] = secrets.map((secret) => createSecretKey(secret));
  if (current === undefined) throw new Error('there is no key to sign cookies with');
  const all = [current, ...older];
  const mac = (data: string, key: typeof current) => createHmac('sha256', key).update(data).digest('base64url');

  function index(data: string, digest: string): number {
    const presented = Buffer.from(digest);
    return all.findIndex((key) => {
      const expected = Buffer.from(mac(data, key));
      return expected.length === presented.length && timingSafeEqual(expected, presented);
    });
  }

  return {
    sign: (data: string) => mac(data, current),
    index,
    verify: (data: string, digest: string) => index(data, digest) >= 0,
  };
}
