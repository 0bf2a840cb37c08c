import type { RingSnapshot } from '../key-ring.ts';
import { COOKIES, type KeyRow, type KeyState, stateOf } from '../states.ts';
import type { JwksFetches, KeySetReader, KnownBy } from './jwks-fetch.ts';

/** Who has a key, and who still trusts it. Times in milliseconds since 1970. */
export type Exposure = {
  kid: string;
  alg: string;
  state: KeyState;
  /** When it first could be fetched; undefined for a key that was never published. */
  appearedAt: number | undefined;
  /** When it left the key set, archived or revoked. */
  leftAt: number | undefined;
  relyingParties: ReaderExposure[];
  /** Fetches since the key appeared that nobody can be named for, most first. */
  unnamed: { userAgent: string; network: string; fetches: number; lastSeen: number }[];
};

export type ReaderExposure = {
  clientId: string;
  name: { fa: string; en: string };
  /** How sure the last fetch is; `nothing` when none was ever seen. */
  knownBy: KnownBy;
  lastFetchAt: number | undefined;
  /** Its first fetch of a key set that held the key. */
  hasItSince: number | undefined;
  /**
   * Only once the key has left: whether some place of this relying party fetched it and was not seen since. A relying
   * party that was never seen at all may trust it, too.
   */
  mayTrustIt: boolean;
  /** The latest moment at which it may, if it keeps the promise it was given. */
  trustsUntil: number | undefined;
};

type Asked = {
  row: KeyRow;
  snapshot: RingSnapshot;
  /** The database's list of epochs, with the time of each. */
  epochs: readonly { epoch: number; at: number }[];
  fetches: readonly JwksFetches[];
  readers: readonly KeySetReader[];
  /** How long an instance may go on answering the old set, and caches after it. Milliseconds. */
  slack: number;
};

export function exposureOf({ row, snapshot, epochs, fetches, readers, slack }: Asked): Exposure {
  const appearedAt = row.marks.published;
  const leftAt = [row.marks.revoked, row.marks.archived].find((at) => at !== undefined);
  const first = epochAt(epochs, appearedAt);
  const last = epochAt(epochs, leftAt);
  const held = fetches.filter(({ epoch }) => epoch >= first && epoch < last);
  return {
    ...{ kid: row.kid, alg: row.alg, state: stateOf(row), appearedAt, leftAt },
    relyingParties: readers.map((reader) => {
      const own = fetches.filter(({ clientId }) => clientId === reader.clientId);
      const ownHeld = held.filter(({ clientId }) => clientId === reader.clientId);
      const trustsUntil =
        leftAt === undefined || appearedAt === undefined ? undefined : leftAt + slack + reader.cacheMs;
      const places = ownHeld.filter(
        ({ network, userAgent }) =>
          !own.some((it) => it.epoch >= last && it.network === network && it.userAgent === userAgent),
      );
      return {
        clientId: reader.clientId,
        name: reader.name,
        knownBy: newest(own)?.knownBy ?? 'nothing',
        lastFetchAt: newest(own)?.lastSeen,
        hasItSince: ownHeld.length === 0 ? undefined : Math.min(...ownHeld.map(({ firstSeen }) => firstSeen)),
        mayTrustIt: trustsUntil !== undefined && snapshot.now < trustsUntil && (places.length > 0 || own.length === 0),
        trustsUntil,
      };
    }),
    unnamed: held
      .filter(({ clientId }) => clientId === '')
      .map(({ userAgent, network, fetches: count, lastSeen }) => ({ userAgent, network, fetches: count, lastSeen }))
      .sort((a, b) => b.fetches - a.fetches),
  };
}

/** Without being told: a revoked key that may still be trusted first, then the key that appeared last. */
export function keyToAskAbout({ rows, now }: RingSnapshot, trustedFor: number): KeyRow | undefined {
  const tokens = rows.filter((row) => row.alg !== COOKIES && row.marks.published !== undefined);
  const by = (mark: 'revoked' | 'published') => (a: KeyRow, b: KeyRow) => (b.marks[mark] ?? 0) - (a.marks[mark] ?? 0);
  const [revoked] = tokens
    .filter(({ marks }) => marks.revoked !== undefined && now < marks.revoked + trustedFor)
    .sort(by('revoked'));
  return revoked ?? [...tokens].sort(by('published'))[0];
}

/** The first epoch that had the mark; beyond every epoch when it was never made. */
function epochAt(epochs: Asked['epochs'], at: number | undefined): number {
  const later = at === undefined ? [] : epochs.filter((it) => it.at >= at).map(({ epoch }) => epoch);
  return Math.min(...later, Number.MAX_SAFE_INTEGER);
}

function newest(fetches: readonly JwksFetches[]): JwksFetches | undefined {
  return fetches.reduce<JwksFetches | undefined>(
    (a, b) => (a === undefined || b.lastSeen > a.lastSeen ? b : a),
    undefined,
  );
}
