import { X509Certificate } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Clock } from '#platform/clock.ts';
import { inPages } from '#platform/database/in-pages.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import type { KeySet } from './fetched-key-sets.ts';
import type { KeyNoticesStore } from './key-notices-store.ts';
import type { LiveEntriesStore, SigningEntry } from './live-entries-store.ts';

/** What an operator should speak with a relying party about, before its sign-ins fail or its old key leaks. */
export type KeyNotice = 'expires-soon' | 'expired' | 'unchanged-for-a-year' | 'unavailable';

const EXPIRES_SOON = 30 * DAY;
const YEAR = 365 * DAY;
const LOOK_EVERY = 6 * HOUR;

type Needs = {
  entries: Pick<LiveEntriesStore, 'listSigning'>;
  fetchKeySet(uri: string): Promise<KeySet>;
  store: KeyNoticesStore;
  clock: Clock;
  /** Once for each new notice, whichever instance found it. */
  onNotice(about: { clientId: string; thumbprint: string; notice: KeyNotice }): void;
  onError(error: unknown): void;
};

/** Looks at the keys of every relying party that signs, four times a day on each instance; a notice is raised once. */
export function watchClientKeys({ entries, fetchKeySet, store, clock, onNotice, onError }: Needs) {
  async function look(): Promise<void> {
    for await (const page of inPages(entries.listSigning, ({ clientId }) => clientId))
      for (const entry of page) await lookAt(entry);
  }

  async function lookAt({ clientId, jwksUri, keys: given }: SigningEntry): Promise<void> {
    const now = clock.now();
    const keys =
      jwksUri === undefined
        ? given
        : await fetchKeySet(jwksUri).then(
            (set) => set.keys,
            () => undefined,
          );
    if (keys === undefined) return raise({ clientId, thumbprint: '', notice: 'unavailable' }, now);
    const seen = (await Promise.all(keys.map(describe))).filter((key) => key !== undefined);
    const known = await store.noteSeen(clientId, seen, now);
    for (const { thumbprint, expiresAt, firstSeen } of known) {
      const notice = noticeFor({ expiresAt, firstSeen, now });
      if (notice !== undefined) await raise({ clientId, thumbprint, notice }, now);
    }
  }

  async function raise(about: { clientId: string; thumbprint: string; notice: KeyNotice }, at: number): Promise<void> {
    if (await store.saveNotice(about, at)) onNotice(about);
  }

  const { stop } = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  return { look, stop };
}

export function noticeFor({
  expiresAt,
  firstSeen,
  now,
}: {
  expiresAt: number | undefined;
  firstSeen: number;
  now: number;
}): KeyNotice | undefined {
  if (expiresAt !== undefined && expiresAt <= now) return 'expired';
  if (expiresAt !== undefined && expiresAt - now <= EXPIRES_SOON) return 'expires-soon';
  return now - firstSeen >= YEAR ? 'unchanged-for-a-year' : undefined;
}

/** Undefined for what is no public key: the library passes over it, too. */
async function describe(key: Record<string, unknown>): Promise<{ thumbprint: string; expiresAt?: number } | undefined> {
  try {
    const thumbprint = await calculateJwkThumbprint(key as JWK);
    const expiresAt = expiryOf(key);
    return { thumbprint, ...(expiresAt !== undefined && { expiresAt }) };
  } catch {
    return undefined;
  }
}

/** The earlier of the certificate's end (RFC 7517 section 4.7) and the `exp` member that OpenID Federation gives keys. */
function expiryOf({ exp, x5c }: Record<string, unknown>): number | undefined {
  const [certificate] = Array.isArray(x5c) ? x5c : [];
  const ends = [
    typeof exp === 'number' ? exp * 1000 : Number.NaN,
    typeof certificate === 'string' ? endOf(certificate) : Number.NaN,
  ].filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function endOf(certificate: string): number {
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo);
  } catch {
    return Number.NaN;
  }
}
