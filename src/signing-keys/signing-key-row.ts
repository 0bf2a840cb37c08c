import type { JsonWebKey } from 'node:crypto';
import type { KeyRow, Mark } from './states.ts';

/** A row of the table `signing_keys`. Both halves are sealed: the private one to keep it secret, the public one so that nobody who can merely write to the database can add a key. */
export type SigningKeyRow = {
  kid: string;
  alg: string;
  public_half: string;
  private_half: string | null;
  staged_at: Date;
  published_at: Date | null;
  activated_at: Date | null;
  retired_at: Date | null;
  archived_at: Date | null;
  revoked_at: Date | null;
  revocation_reason: string | null;
};

export function toRow(key: KeyRow, publicHalf: string): SigningKeyRow {
  const time = (mark: Mark) => {
    const at = key.marks[mark];
    return at === undefined ? null : new Date(at);
  };
  return {
    kid: key.kid,
    alg: key.alg,
    public_half: publicHalf,
    private_half: key.sealedPrivate ?? null,
    staged_at: new Date(key.stagedAt),
    published_at: time('published'),
    activated_at: time('activated'),
    retired_at: time('retired'),
    archived_at: time('archived'),
    revoked_at: time('revoked'),
    revocation_reason: key.revocationReason ?? null,
  };
}

export function fromRow(row: SigningKeyRow, publicJwk: JsonWebKey): KeyRow {
  const marks = {
    ...time('published', row.published_at),
    ...time('activated', row.activated_at),
    ...time('retired', row.retired_at),
    ...time('archived', row.archived_at),
    ...time('revoked', row.revoked_at),
  };
  return {
    kid: row.kid,
    alg: row.alg,
    publicJwk,
    sealedPrivate: row.private_half ?? undefined,
    stagedAt: row.staged_at.getTime(),
    marks,
    revocationReason: row.revocation_reason ?? undefined,
  };
}

function time(mark: Mark, at: Date | null): Partial<Record<Mark, number>> {
  return at === null ? {} : { [mark]: at.getTime() };
}
