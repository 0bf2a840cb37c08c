import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** All addresses of a name, as `dns.lookup` with `all` gives them. */
export type LookupAll = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

class AddressNotPublic extends Error {
  readonly code = 'ERR_ADDRESS_NOT_PUBLIC';
}

/**
 * The lookup of a connection: what it answers is what is connected to, so a name cannot answer the check with one
 * address and the connection with another (DNS rebinding). One address out of bounds refuses the whole name:
 * an honest relying party has no reason to mix.
 */
export function guardedLookup({
  lookup,
  mayReach,
}: {
  lookup: LookupAll;
  mayReach: (address: string) => boolean;
}): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => mayReach(address))) {
        callback(new AddressNotPublic('a name leads to an address that is not public'), '', 0);
        return;
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
