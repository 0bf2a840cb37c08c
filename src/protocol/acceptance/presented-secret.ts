import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * The client secret as the relying party has just shown it (RFC 6749 section 2.3.1), for the one case that signs with it:
 * the registry keeps only its hash. It is used for this answer and goes nowhere else.
 */
export function presentedSecret({ headers, oidc }: KoaContextWithOIDC): string | undefined {
  const posted: unknown = (oidc.body as { client_secret?: unknown } | undefined)?.client_secret;
  if (typeof posted === 'string') return posted;
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString();
  const secret = pair.slice(pair.indexOf(':') + 1).replaceAll('+', '%20');
  try {
    return decodeURIComponent(secret);
  } catch {
    return undefined;
  }
}
