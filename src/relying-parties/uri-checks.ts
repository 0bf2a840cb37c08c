import { findRedirectUriFault, isLoopbackHost, type RedirectUriFault } from './redirect-uris.ts';
import type { Environment } from './relying-party.ts';

export const URI_KINDS = [
  'redirect',
  'post-logout',
  'initiate-login',
  'jwks',
  'backchannel-logout',
  'claims-source',
  'cors',
] as const;
export type UriKind = (typeof URI_KINDS)[number];

type UriReason =
  | RedirectUriFault
  | 'missing'
  | 'space'
  | 'domain-not-proven'
  | 'scheme-not-of-a-proven-domain'
  | 'not-an-origin'
  | 'unreachable'
  | 'answers-with-an-error'
  | 'not-a-key-set'
  | 'no-usable-key';

/** Errors refuse; a warning is what a person should look at before going live. */
type UriFinding = {
  reason: UriReason;
  severity: 'error' | 'warning' /** What about it, such as the host. */;
  detail?: string;
};

type AboutUri = {
  uri: string;
  kind: UriKind;
  organisationId: string;
  application: 'web' | 'native';
  environment: Environment;
};

type Needs = {
  /** Domains that the organisation has proven to be its own, such as `sharif.ac.ir`; what lies below each is its, too. */
  provenDomains(organisationId: string): Promise<readonly string[]>;
  /** Host names that it has proven alone, without what lies below them. */
  provenHosts?(organisationId: string): Promise<readonly string[]>;
  /** The guarded way out. @throws when it does not answer */
  fetch(url: string): Promise<Response>;
};

export type UriChecks = ReturnType<typeof createUriChecks>;

/** The same judgement as it is typed, when it is saved, and before it goes live. */
export function createUriChecks({ provenDomains, provenHosts, fetch }: Needs) {
  return { checkUri, listErrors };

  /** Everything there is to say, with a look at whether somebody answers there. */
  async function checkUri(about: AboutUri): Promise<readonly UriFinding[]> {
    const errors = await listErrors(about);
    return errors.length > 0 ? errors : listWarnings(about);
  }

  /** Without a word to the outside: what a change is refused for. */
  async function listErrors(about: AboutUri): Promise<readonly UriFinding[]> {
    const fault = findTypedFault(about);
    if (fault !== undefined) return [{ reason: fault, severity: 'error' }];
    const url = new URL(about.uri);
    if (isLoopbackHost(url.hostname)) return [];
    const domains = await provenDomains(about.organisationId);
    const isPlace = url.protocol === 'https:';
    const name = isPlace ? url.hostname : reversedScheme(url.protocol);
    if (domains.some((domain) => name === domain || name.endsWith(`.${domain}`))) return [];
    if ((await provenHosts?.(about.organisationId))?.includes(name) === true) return [];
    return [
      { reason: isPlace ? 'domain-not-proven' : 'scheme-not-of-a-proven-domain', severity: 'error', detail: name },
    ];
  }

  async function listWarnings({ uri, kind }: AboutUri): Promise<readonly UriFinding[]> {
    // Only addresses that a server of theirs answers on its own; a redirect URI without a code answers anything.
    if (!/^https?:/.test(uri) || kind === 'cors') return [];
    const host = new URL(uri).host;
    const response = await fetch(uri).catch(() => undefined);
    if (response === undefined) return [{ reason: 'unreachable', severity: 'warning', detail: host }];
    if (kind === 'jwks') return listKeySetWarnings(response);
    // A GET where a POST is expected, or a callback without its parameters: only a server that fails, or knows no such page, is worth a word.
    if (response.status >= 500 || response.status === 404)
      return [{ reason: 'answers-with-an-error', severity: 'warning', detail: String(response.status) }];
    return [];
  }
}

function findTypedFault({ uri, kind, application, environment }: AboutUri): UriReason | undefined {
  if (uri.trim() === '') return 'missing';
  // Said by its own name: it is what people paste most often, and "unsafe characters" helps nobody to see it.
  if (/\s/.test(uri)) return 'space';
  const isPage = kind === 'redirect' || kind === 'post-logout';
  const fault = findRedirectUriFault(uri, {
    isNative: isPage && application === 'native',
    mayUseLoopback: environment === 'test',
  });
  if (fault !== undefined) return fault;
  return kind === 'cors' && new URL(uri).origin !== uri ? 'not-an-origin' : undefined;
}

async function listKeySetWarnings(response: Response): Promise<readonly UriFinding[]> {
  if (response.status !== 200)
    return [{ reason: 'answers-with-an-error', severity: 'warning', detail: String(response.status) }];
  const body: unknown = await response.json().catch(() => undefined);
  const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined;
  if (!Array.isArray(keys)) return [{ reason: 'not-a-key-set', severity: 'warning' }];
  const usable = keys.filter((key: unknown) => isUsableKey(key));
  return usable.length === 0 ? [{ reason: 'no-usable-key', severity: 'warning' }] : [];
}

function isUsableKey(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || !('kty' in key) || 'd' in key) return false;
  return key.kty === 'EC' || key.kty === 'OKP' || key.kty === 'RSA';
}

/** RFC 8252 section 7.1: `ir.ac.sharif.app:` is for whoever owns `app.sharif.ac.ir`. */
function reversedScheme(protocol: string): string {
  return protocol.slice(0, -1).split('.').reverse().join('.');
}
