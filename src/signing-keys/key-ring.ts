import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { Freeze } from './calendar.ts';
import { knownAlgorithms, ringNames } from './new-key.ts';
import { promisesKeptAt, type WindowPromise } from './promises.ts';
import { COOKIES, type KeyRow, type KeyState, stateOf } from './states.ts';
import type { Windows } from './windows.ts';

/** The ring as the database holds it at one epoch, and the database's time at that reading. */
export type RingSnapshot = {
  /** Counts the changes; 0 before `init`. */
  epoch: number;
  initialisedAt: number;
  now: number;
  rows: readonly KeyRow[];
  promises: readonly WindowPromise[];
  freezes: readonly Freeze[];
  /** When the ring of cookies was made; undefined before. */
  cookiesSince?: number | undefined;
};

type PublicKey = { kid: string; alg: string; publicJwk: JsonWebKey; state: KeyState };

/** The private half is there for the ACTIVE key alone: an instance holds in memory only what it signs with. */
type SigningKey = PublicKey & { privateKey?: KeyObject };

type CookieKey = { kid: string; state: KeyState; secret: KeyObject };

export type KeyRing = {
  epoch: number;
  /** When this instance began the reading it rests on, by its own clock. */
  readAt: number;
  /** `published` is everything of that algorithm in the key set, the active key first. */
  algorithms: { alg: string; active: SigningKey; published: SigningKey[] }[];
  /** Algorithms on their way in: relying parties may already learn these keys, and nobody signs with them yet. */
  arriving: { alg: string; published: SigningKey[] }[];
  /** Out of the key set; they still verify our own id_token_hint. Revoked keys are not here. */
  archived: PublicKey[];
  /** The first one signs cookies, all of them verify; empty before there is a ring of cookies. */
  cookies: CookieKey[];
};

/** In the key set: what signs, what will sign, what has signed. */
const publishedOrder: readonly KeyState[] = ['ACTIVE', 'PUBLISHED', 'RETIRING'];

/** Rows and time make the ring: no instance needs to agree on anything but what it reads. */
export function keyRing(
  { rows, now, epoch }: Pick<RingSnapshot, 'rows' | 'now' | 'epoch'>,
  windows: Pick<Windows, 'archive'>,
  { readAt, privateKeyOf }: { readAt: number; privateKeyOf: (kid: string) => KeyObject | undefined },
): KeyRing {
  const ringOf = (alg: string) => {
    const published = publishedRows(rows, alg).map((row) => toSigningKey(row, privateKeyOf));
    const [first] = published;
    return { alg, published, active: first?.state === 'ACTIVE' ? first : undefined };
  };
  const rings = algorithmsOf(rows)
    .filter((alg) => alg !== COOKIES)
    .map(ringOf);
  return {
    epoch,
    readAt,
    algorithms: rings.flatMap(({ alg, active, published }) => (active ? [{ alg, active, published }] : [])),
    arriving: rings.flatMap(({ alg, active, published }) =>
      active || published.length === 0 ? [] : [{ alg, published }],
    ),
    archived: rows.filter((row) => isRemembered(row, { now, archive: windows.archive })).map(toPublicKey),
    cookies: publishedRows(rows, COOKIES).flatMap((row) => {
      const secret = privateKeyOf(row.kid);
      return secret === undefined ? [] : [{ kid: row.kid, state: stateOf(row), secret }];
    }),
  };
}

/** In the order in which `new-key.ts` prefers them; COOKIES last. */
export function algorithmsOf(rows: readonly KeyRow[]): string[] {
  return ringNames.filter((alg) => rows.some((row) => row.alg === alg));
}

/** What an instance opens and holds in memory: what signs tokens, and whatever cookies are checked with. */
export function isHeldOpen(row: KeyRow): boolean {
  const state = stateOf(row);
  return state === 'ACTIVE' || (row.alg === COOKIES && publishedOrder.includes(state));
}

function publishedRows(rows: readonly KeyRow[], alg: string): KeyRow[] {
  return publishedOrder.flatMap((state) => rowsIn(rows, { alg, state }));
}

/** Oldest first. */
export function rowsIn(rows: readonly KeyRow[], { alg, state }: { alg: string; state: KeyState }): KeyRow[] {
  return rows.filter((row) => row.alg === alg && stateOf(row) === state).sort(byAge);
}

/**
 * The moment since which, or from which on, everybody who has to verify with this key has it: every relying party that
 * keeps its promise; of cookies, every instance that has not fenced itself.
 */
export function knownToAllAt(row: KeyRow, snapshot: RingSnapshot, windows: Windows): number {
  const { now, initialisedAt, promises } = snapshot;
  const published = row.marks.published ?? now;
  if (row.alg === COOKIES) return published + windows.floors.cookiePropagation;
  // Nobody can have fetched a key set before there was one.
  return published === initialisedAt ? published : promisesKeptAt(published, promises, 'keySet');
}

/** The moment from which a planned rotation relies on it: the propagation window on top, for those who keep no promise. */
export function everywhereAt(row: KeyRow, snapshot: RingSnapshot, windows: Windows): number {
  const published = row.marks.published ?? snapshot.now;
  const patience = published === snapshot.initialisedAt || row.alg === COOKIES ? 0 : windows.propagation;
  return Math.max(published + patience, knownToAllAt(row, snapshot, windows));
}

/** The moment from which the oldest standby may take over, and leave behind a standby that is everywhere too. */
export function rotationReadyAt(alg: string, snapshot: RingSnapshot, windows: Windows): number {
  const [first, second] = rowsIn(snapshot.rows, { alg, state: 'PUBLISHED' }).map((row) =>
    everywhereAt(row, snapshot, windows),
  );
  return Math.max(first ?? snapshot.now, second ?? snapshot.now + windows.propagation);
}

/** The moment from which no token, or no cookie, signed by this key can still be presented. */
export function withdrawableAt(row: KeyRow, snapshot: RingSnapshot, windows: Windows): number {
  const retired = row.marks.retired ?? snapshot.now;
  if (row.alg === COOKIES) return retired + Math.max(windows.retention, windows.floors.cookieRetention);
  return Math.max(retired + windows.retention, promisesKeptAt(retired, snapshot.promises, 'token'));
}

function isRemembered(row: KeyRow, { now, archive }: { now: number; archive: number }): boolean {
  return stateOf(row) === 'ARCHIVED' && knownAlgorithms.includes(row.alg) && now < (row.marks.archived ?? 0) + archive;
}

function toPublicKey(row: KeyRow): PublicKey {
  return { kid: row.kid, alg: row.alg, publicJwk: { ...row.publicJwk, kid: row.kid }, state: stateOf(row) };
}

function toSigningKey(row: KeyRow, privateKeyOf: (kid: string) => KeyObject | undefined): SigningKey {
  const privateKey = stateOf(row) === 'ACTIVE' ? privateKeyOf(row.kid) : undefined;
  return { ...toPublicKey(row), ...(privateKey && { privateKey }) };
}

function byAge(a: KeyRow, b: KeyRow): number {
  const published = (row: KeyRow) => row.marks.published ?? Number.MAX_SAFE_INTEGER;
  return published(a) - published(b) || a.stagedAt - b.stagedAt || (a.kid < b.kid ? -1 : 1);
}
