import ipaddr from 'ipaddr.js';

/**
 * Addresses that ipaddr.js calls unicast although they lead back into a network of ours, or to a cloud's own services.
 * IANA IPv4 and IPv6 Special-Purpose Address Registries; NAT64 (RFC 6052, RFC 8215) can carry any IPv4 address.
 */
const ALSO_NOT_PUBLIC = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.175.48.0/24',
  '168.63.129.16/32',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
].map((range) => ipaddr.parseCIDR(range));

/** Only global unicast: an IPv4-mapped address is judged by the address inside it, and IPv6 must lie in 2000::/3. */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv6' && !parsed.match(ipaddr.parseCIDR('2000::/3'))) return false;
  return !isIn(parsed, ALSO_NOT_PUBLIC);
}

/** 127.0.0.0/8 and ::1, also when mapped. */
export function isLoopbackAddress(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback';
}

/** Undefined for everything that is not the plain four-part or colon form; a zone index is no part of a public address. */
function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const isPlain =
    ipaddr.IPv4.isValidFourPartDecimal(address) ||
    (address.includes(':') && !address.includes('%') && ipaddr.IPv6.isValid(address));
  return isPlain ? ipaddr.process(address) : undefined;
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]): boolean {
  return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}
