/**
 * Somebody asks us to start a sign-in: our own button, or a third party such as the provider's list of services
 * (OpenID Connect Core 1.0 section 4: iss, login_hint, target_link_uri).
 */
type LoginRequest =
  | { outcome: 'start'; loginHint: string | undefined; returnTo: string; staysConnected: boolean }
  | { outcome: 'refused'; reason: 'parameter-repeated' | 'other-issuer' | 'hint-too-long' | 'foreign-target' };

const HINT_AT_MOST = 256;

export function readLoginRequest(parameters: URLSearchParams, own: { issuer: string; url: string }): LoginRequest {
  for (const name of ['iss', 'login_hint', 'target_link_uri', 'offline']) {
    if (parameters.getAll(name).length > 1) return { outcome: 'refused', reason: 'parameter-repeated' };
  }
  const issuer = parameters.get('iss');
  if (issuer !== null && issuer !== own.issuer) return { outcome: 'refused', reason: 'other-issuer' };
  const loginHint = parameters.get('login_hint') ?? undefined;
  if (loginHint !== undefined && loginHint.length > HINT_AT_MOST)
    return { outcome: 'refused', reason: 'hint-too-long' };
  const returnTo = ownPath(parameters.get('target_link_uri') ?? '/me', own.url);
  if (returnTo === undefined) return { outcome: 'refused', reason: 'foreign-target' };
  return { outcome: 'start', loginHint, returnTo, staysConnected: parameters.get('offline') === '1' };
}

/** The path of an address of ours. Anything else would make the sign-in an open redirect. */
function ownPath(target: string, ownUrl: string): string | undefined {
  const url = URL.parse(target, ownUrl);
  if (url === null || url.origin !== ownUrl || url.username !== '' || url.password !== '') return undefined;
  // Two slashes at the start of a path would be read as another host when the browser is sent there.
  return url.pathname.startsWith('//') ? undefined : `${url.pathname}${url.search}`;
}
