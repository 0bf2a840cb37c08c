import type { Clock } from '#platform/clock.ts';
import { clientIdIn, OTHERS } from './jwks-fetch.ts';

/** What is known of a fetch while it is answered; who it was is found out later. */
export type RawFetches = {
  epoch: number;
  path: string;
  address: string;
  userAgent: string;
  firstSeen: number;
  lastSeen: number;
  fetches: number;
};

/** How many kinds of fetch are told apart between two writings, of relying parties' own URLs and of all the rest. */
const KINDS_AT_ONCE = 1000;
/** A header may be 16 kB long. */
const USER_AGENT_KEPT = 120;

/**
 * Counts fetches in memory: one look-up in a map per answer. Strangers choose the address, the path and the user agent,
 * so beyond a limit everything falls into one count; the URLs of known relying parties have a limit of their own, which
 * strangers can only fill by naming them.
 */
export function createFetchCounts({ clock }: { clock: Clock }) {
  let named = new Map<string, RawFetches>();
  let rest = new Map<string, RawFetches>();
  let clientIds: ReadonlySet<string> = new Set();

  return {
    /** Whose own URLs count as such from now on. */
    expect(ids: ReadonlySet<string>): void {
      clientIds = ids;
    },

    note(fetch: Pick<RawFetches, 'epoch' | 'path' | 'address' | 'userAgent'>): void {
      const now = clock.now();
      const clientId = clientIdIn(fetch.path);
      const isNamed = clientId !== undefined && clientIds.has(clientId);
      const path = isNamed ? fetch.path : '/jwks';
      const userAgent = fetch.userAgent.slice(0, USER_AGENT_KEPT);
      const counts = isNamed ? named : rest;
      const key = `${fetch.epoch} ${path} ${fetch.address} ${userAgent}`;
      const known = counts.get(key) ?? (counts.size < KINDS_AT_ONCE ? undefined : counts.get(`${fetch.epoch}`));
      if (known !== undefined) {
        known.fetches += 1;
        known.lastSeen = now;
        return;
      }
      const once = { epoch: fetch.epoch, firstSeen: now, lastSeen: now, fetches: 1 };
      if (counts.size < KINDS_AT_ONCE) counts.set(key, { ...once, path, address: fetch.address, userAgent });
      else counts.set(`${fetch.epoch}`, { ...once, path: '/jwks', address: '', userAgent: OTHERS });
    },

    /** Everything counted since the last time. */
    take(): RawFetches[] {
      const taken = [...named.values(), ...rest.values()];
      named = new Map();
      rest = new Map();
      return taken;
    },
  };
}
