import type { ServerResponse } from 'node:http';

/**
 * On every answer, before anything is decided: nothing may be framed, cached, sniffed or told to the next site, and a
 * page may load only from here. Pages that post on to a relying party widen `form-action` by exactly that origin.
 */
export function setSecurityHeaders(response: ServerResponse, { isSecure }: { isSecure: boolean }): void {
  response.setHeader('Content-Security-Policy', STRICTEST_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  if (isSecure) response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
}

/**
 * `formTargets`: origins that a form on the page may lead to, also by redirect: Chromium applies form-action to the
 * redirects that follow a post.
 */
export function contentSecurityPolicy({
  formTargets = [],
  hasScript = false,
  mayFetch = false,
}: {
  formTargets?: readonly string[];
  hasScript?: boolean;
  /** Its script asks this origin for more. */
  mayFetch?: boolean;
} = {}): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    `script-src ${hasScript ? "'self'" : "'none'"}`,
    ...(mayFetch ? ["connect-src 'self'"] : []),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The source that form-action needs for a redirect URI: its origin, or its scheme where the URI belongs to an app.
 * undefined when it is neither, so that nothing else ever reaches the header.
 */
export function formTargetOf(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (url === null) return undefined;
  if (url.protocol === 'https:' || url.protocol === 'http:') return url.origin;
  return /^[a-z][a-z0-9+.-]*\.[a-z0-9+.-]*:$/.test(url.protocol) ? url.protocol : undefined;
}

const STRICTEST_POLICY = contentSecurityPolicy();
