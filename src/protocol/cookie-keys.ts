import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Signs cookies as Keygrip does (HMAC over `name=value`), with SHA-256 and the keys of the ring of cookies: the first
 * one signs, all of them verify. A cookie that another one than the first signed is signed anew when it is read, so
 * browsers move on to a new key as they come by.
 */
export function createCookieSigner(secrets: readonly Buffer[] = []) {
  let keys: readonly KeyObject[] = secrets.map((secret) => createSecretKey(secret));
  const mac = (data: string, key: KeyObject) => createHmac('sha256', key).update(data).digest('base64url');

  function index(data: string, digest: string): number {
    const presented = Buffer.from(digest);
    return keys.findIndex((key) => {
      const expected = Buffer.from(mac(data, key));
      return expected.length === presented.length && timingSafeEqual(expected, presented);
    });
  }

  return {
    /** From now on; at once for requests under way too. */
    use(ring: readonly KeyObject[]): void {
      keys = ring;
    },
    sign(data: string): string {
      const [current] = keys;
      if (current === undefined) throw new Error('there is no key to sign cookies with');
      return mac(data, current);
    },
    index,
    verify: (data: string, digest: string) => index(data, digest) >= 0,
  };
}
