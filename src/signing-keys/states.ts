import type { JsonWebKey } from 'node:crypto';

/**
 * The life of one signing key. What happened to it is written down as marks, each once and for ever; its state
 * follows from them. A mark is never taken back, so a kid that left can never return.
 *
 *   STAGED ─publish→ PUBLISHED ─activate→ ACTIVE ─retire→ RETIRING ─archive→ ARCHIVED      any state ─revoke→ REVOKED
 */
export type KeyState = 'STAGED' | 'PUBLISHED' | 'ACTIVE' | 'RETIRING' | 'ARCHIVED' | 'REVOKED';

export type Mark = 'published' | 'activated' | 'retired' | 'archived' | 'revoked';

/** The name of the ring whose keys sign cookies. They are secrets: never in a key set, and no token is signed by them. */
export const COOKIES = 'cookies';

export type KeyRow = {
  /** The RFC 7638 thumbprint of the public half. */
  kid: string;
  /** A JWS algorithm name, RFC 7518 section 3.1 and RFC 8037; or COOKIES. */
  alg: string;
  publicJwk: JsonWebKey;
  /** Present while `mayHoldPrivateHalf`; erased with the step that ends this. */
  sealedPrivate: string | undefined;
  /** Milliseconds since 1970, by the database's clock. */
  stagedAt: number;
  marks: Partial<Record<Mark, number>>;
  revocationReason: string | undefined;
};

export function stateOf({ marks }: Pick<KeyRow, 'marks'>): KeyState {
  if (marks.revoked !== undefined) return 'REVOKED';
  if (marks.archived !== undefined) return 'ARCHIVED';
  if (marks.retired !== undefined) return 'RETIRING';
  if (marks.activated !== undefined) return 'ACTIVE';
  if (marks.published !== undefined) return 'PUBLISHED';
  return 'STAGED';
}

/** A token is checked with the public half; a cookie with the secret that signed it, as long as such cookies live. */
export function mayHoldPrivateHalf(row: Pick<KeyRow, 'marks' | 'alg'>): boolean {
  const state = stateOf(row);
  return ['STAGED', 'PUBLISHED', 'ACTIVE'].includes(state) || (row.alg === COOKIES && state === 'RETIRING');
}

/** What one step does to the ring; all of it becomes true at one moment, or none of it. */
export type RingChange = {
  add: { key: KeyRow; marks: Mark[] }[];
  mark: { kid: string; mark: Mark; reason?: string }[];
};

/** The rows after a change. The stores write exactly what this returns. */
export function applyChange(rows: readonly KeyRow[], change: RingChange, at: number): KeyRow[] {
  const known = new Set(rows.map((row) => row.kid));
  const added = change.add.map(({ key, marks }) => {
    if (known.has(key.kid)) throw new Error(`the signing key ${key.kid} was in this ring before; a kid never returns`);
    return marks.reduce((row, mark) => marked(row, { mark, at }), { ...key, stagedAt: at });
  });
  const changed = rows.map((row) =>
    change.mark
      .filter(({ kid }) => kid === row.kid)
      .reduce((it, { mark, reason }) => marked(it, { mark, at, reason }), row),
  );
  return [...changed, ...added];
}

function marked(row: KeyRow, { mark, at, reason }: { mark: Mark; at: number; reason?: string | undefined }): KeyRow {
  if (row.marks[mark] !== undefined || row.marks.revoked !== undefined) return row;
  const next = { ...row, marks: { ...row.marks, [mark]: at }, revocationReason: reason ?? row.revocationReason };
  return mayHoldPrivateHalf(next) ? next : { ...next, sealedPrivate: undefined };
}
