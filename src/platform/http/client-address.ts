import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Who is at the other end. X-Forwarded-For is believed only from proxies that the settings name, and only as far as
 * the chain of them reaches: the last address that is not one of ours is the client.
 */
export function createClientAddress({
  trustedProxies,
}: {
  trustedProxies: readonly string[];
}): (request: IncomingMessage) => string {
  const ranges = trustedProxies.map(rangeOf);
  const isTrusted = (address: string) => ranges.some((range) => isWithin(address, range));

  return (request) => {
    const peer = plain(request.socket.remoteAddress ?? '');
    if (!isTrusted(peer)) return peer;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((part) => plain(part.trim()));
    return forwarded.filter((part) => isIP(part) !== 0).findLast((part) => !isTrusted(part)) ?? peer;
  };
}

/** The network that limits count by: the address itself for IPv4, the /64 that one household has for IPv6. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}

/** Whether an address lies in one of these addresses or networks. */
export function createIsWithin(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map(rangeOf);
  return (address) => parsed.some((range) => isWithin(address, range));
}

export function isAddressOrNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text) || isIP(text) !== 0;
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function rangeOf(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: string, [network, bits]: Range): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === network.kind() && parsed.match([network, bits]);
}

/** IPv4 as it is, IPv6 in its one form; asking the library about anything else is costly. */
function plain(address: string): string {
  return isIP(address) === 6 ? ipaddr.process(address).toString() : address;
}
