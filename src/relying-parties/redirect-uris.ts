/**
 * What a registered redirect URI may look like. At run time the provider compares by exact string (OpenID Connect
 * Core 1.0 section 3.1.2.1, RFC 9700 section 4.1.3); these rules keep out what would be dangerous even then.
 */
export type RedirectUriFault =
  | 'too-long'
  | 'unsafe-characters'
  | 'wildcard'
  | 'fragment'
  | 'not-a-uri'
  | 'user-info'
  | 'dot-segment'
  | 'reserved-parameter'
  | 'not-https'
  | 'loopback-not-allowed'
  | 'host-not-a-name'
  | 'scheme-without-a-dot'
  | 'not-canonical';

type RedirectUriRules = {
  /** Installed applications may use loopback and private-use schemes (RFC 8252 section 7). */
  isNative: boolean;
  /** For trying out on one's own machine. */
  mayUseLoopback: boolean;
};

/** Longer ones break in proxies and logs before they break here. */
const MAX_LENGTH = 2000;

/** Parameters of the authorization response: registered ones would be ambiguous with ours (RFC 6749 section 4.1.2, RFC 9207). */
const RESPONSE_PARAMETERS = [
  'code',
  'state',
  'error',
  'error_description',
  'error_uri',
  'iss',
  'response',
  'id_token',
  'access_token',
];

/** The first rule that a URI breaks, or undefined when it may be registered. */
export function findRedirectUriFault(uri: string, rules: RedirectUriRules): RedirectUriFault | undefined {
  return findTextFault(uri) ?? findPlaceFault(uri, rules);
}

/** Judged on the text as typed, before a parser has the chance to tidy it. */
function findTextFault(uri: string): RedirectUriFault | undefined {
  if (uri.length > MAX_LENGTH) return 'too-long';
  if (hasUnsafeCharacters(uri)) return 'unsafe-characters';
  if (uri.includes('*')) return 'wildcard';
  if (uri.includes('#')) return 'fragment';
  if (!URL.canParse(uri)) return 'not-a-uri';
  if (hasUserInfo(uri)) return 'user-info';
  if (hasDotSegment(uri)) return 'dot-segment';
  if (hasReservedParameter(uri)) return 'reserved-parameter';
  return undefined;
}

function findPlaceFault(uri: string, rules: RedirectUriRules): RedirectUriFault | undefined {
  const url = new URL(uri);
  if (!isCanonical(uri)) return 'not-canonical';
  switch (url.protocol) {
    case 'https:':
      if (isLoopbackHost(url.hostname)) return 'loopback-not-allowed';
      return isDomainName(url.hostname) ? undefined : 'host-not-a-name';
    case 'http:':
      if (!isLoopbackHost(url.hostname)) return 'not-https';
      return rules.mayUseLoopback || rules.isNative ? undefined : 'loopback-not-allowed';
    default:
      if (!rules.isNative) return 'not-https';
      return isPrivateUseScheme(url.protocol) ? undefined : 'scheme-without-a-dot';
  }
}

/** RFC 3986 section 2 allows none of these unescaped; browsers read some of them as something else. */
export function hasUnsafeCharacters(uri: string): boolean {
  return /[^\x21-\x7e]|[\\"'<>^`{|}]|%(?![0-9a-f]{2})|%(?:0[0-9a-f]|1[0-9a-f]|7f|5c)/i.test(uri);
}

/** `https://university.example@attacker.example/` reads as one place and leads to another. */
function hasUserInfo(uri: string): boolean {
  return /^[^:]*:\/\/[^/?]*@/.test(uri) || new URL(uri).username !== '';
}

/** `/callback/../open-redirect`, also escaped once or twice and with the `..;` that some servers strip. */
function hasDotSegment(uri: string): boolean {
  const path = uri.split('?')[0] ?? '';
  return /(?:^|[/:]|%2f)(?:\.|%(?:25)*2e){1,2}(?:[/;]|%(?:25)*(?:2f|3b)|$)/i.test(path) || /%25/i.test(path);
}

function hasReservedParameter(uri: string): boolean {
  const { searchParams } = new URL(uri);
  return RESPONSE_PARAMETERS.some((name) => searchParams.has(name));
}

/** Exact comparison needs one spelling: lower-case host, no default port, no decimal or octal address. An empty path may stay empty. */
function isCanonical(uri: string): boolean {
  const { href } = new URL(uri);
  return href === uri || href === `${uri}/`;
}

/** RFC 8252 section 7.3. `localhost` is not recommended there, but is what everybody types. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}

function isDomainName(hostname: string): boolean {
  return (
    hostname.length <= 253 &&
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/.test(hostname)
  );
}

/** A reversed domain name, as RFC 8252 section 7.1 asks; this also keeps out javascript, data, file and the like. */
function isPrivateUseScheme(protocol: string): boolean {
  return /^[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+:$/.test(protocol);
}
