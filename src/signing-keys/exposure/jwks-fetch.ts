import ipaddr from 'ipaddr.js';

/** A relying party as far as our key set is concerned. */
export type KeySetReader = {
  clientId: string;
  name: { fa: string; en: string };
  /** How long it was told it may keep our key set. Milliseconds. */
  cacheMs: number;
  /** Whether a request from this address is one of its servers'; from the addresses it registered. */
  isFrom(address: string): boolean;
};

/**
 * How sure we are whose fetch it was. `address`: it came from a registered address. `own-url`: it asked for
 * `/jwks/<client id>`, which anybody on the internet can do. `nothing`: nobody is named.
 */
export type KnownBy = 'address' | 'own-url' | 'nothing';

/** Fetches that look alike, counted together. Times in milliseconds since 1970. */
export type JwksFetches = {
  /** The state of the ring that was answered. */
  epoch: number;
  /** Empty where nobody can be named. */
  clientId: string;
  knownBy: KnownBy;
  userAgent: string;
  network: string;
  firstSeen: number;
  lastSeen: number;
  fetches: number;
};

/** Stands for every name beyond a limit: it is counted, and not told apart. */
export const OTHERS = 'others';

export function attribute(
  { path, address }: { path: string; address: string },
  readers: readonly KeySetReader[],
): Pick<JwksFetches, 'clientId' | 'knownBy'> {
  const named = clientIdIn(path);
  const ofAddress = readers.filter(({ isFrom }) => isFrom(address));
  // Two relying parties behind one address are told apart by the URL.
  const sure =
    ofAddress.find(({ clientId }) => clientId === named) ?? (ofAddress.length === 1 ? ofAddress[0] : undefined);
  if (sure !== undefined) return { clientId: sure.clientId, knownBy: 'address' };
  const said = readers.find(({ clientId }) => clientId === named);
  return said === undefined ? { clientId: '', knownBy: 'nothing' } : { clientId: said.clientId, knownBy: 'own-url' };
}

/** `/jwks/<client id>`; undefined for anything else under /jwks. */
export function clientIdIn(path: string): string | undefined {
  return /^\/jwks\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
}

/** The first product with its major version, such as `Apache-HttpClient/5`; everything else tells people apart and not programs. */
export function programOf(userAgent: string): string {
  if (/^mozilla\//i.test(userAgent)) return 'browser';
  const [, name = 'unnamed', major] = /^([A-Za-z][\w.+-]{0,39})(?:\/(\d{1,4}))?/.exec(userAgent) ?? [];
  return major === undefined ? name : `${name}/${major}`;
}

/** /24 of IPv4, /48 of IPv6: one campus or one data centre, and nobody's own address. */
export function siteOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const [kept, whole, bits] = parsed.kind() === 'ipv4' ? [3, 4, 24] : [6, 16, 48];
  const bytes = parsed.toByteArray().map((byte, at) => (at < kept ? byte : 0));
  return `${ipaddr.fromByteArray(bytes.slice(0, whole)).toString()}/${bits}`;
}
