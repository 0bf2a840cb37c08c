import type { Agreement, AgreementStanding, RelyingParty, StoredSecret } from './relying-party.ts';

/** Terms that were approved, from when until when. Milliseconds since 1970. */
export type ApprovedTerms = { version: number; terms: Agreement; from: number; until?: number | undefined };

/** A relying party as it is stored: true at any time, and so with more than what holds now. */
export type StoredRelyingParty = Omit<RelyingParty, 'agreement' | 'agreementStanding' | 'secrets'> & {
  approved: readonly ApprovedTerms[];
  secrets: readonly StoredSecret[];
};

/** Nothing but `sub`: what everybody has whose agreement is not approved yet, not in force yet, or over. */
export const NOTHING_AGREED: Agreement = { claims: [], scopes: ['openid'] };

/**
 * What holds at this moment, and until when it is certain to hold unless somebody changes something. The same object is
 * never right for ever: agreements begin and end, and secrets expire, without a change that anybody announces.
 */
export function asOf(stored: StoredRelyingParty, now: number): { relyingParty: RelyingParty; until: number } {
  const { approved, secrets, ...rest } = stored;
  const standing = standingAt(approved, now);
  const agreement = standing?.state === 'in-force' ? termsOf(approved, standing.version) : NOTHING_AGREED;
  return {
    relyingParty: {
      ...rest,
      agreement,
      ...(standing !== undefined && { agreementStanding: standing }),
      secrets: secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now),
    },
    until: Math.min(
      ...[...approved.flatMap(({ from, until }) => [from, until]), ...secrets.map(({ expiresAt }) => expiresAt)]
        .filter((at) => at !== undefined && at > now)
        .map(Number),
      Number.POSITIVE_INFINITY,
    ),
  };
}

/** The agreement that began last counts, even when it is over: an older one that it replaced does not come back. */
function standingAt(approved: readonly ApprovedTerms[], now: number): AgreementStanding | undefined {
  const byBeginning = [...approved].sort((one, other) => other.from - one.from || other.version - one.version);
  const begun = byBeginning.find(({ from }) => from <= now);
  const next = byBeginning.at(-1);
  if (begun === undefined) return next && { state: 'not-yet', ...periodOf(next) };
  const isOver = begun.until !== undefined && begun.until <= now;
  return { state: isOver ? 'expired' : 'in-force', ...periodOf(begun) };
}

function periodOf({ version, from, until }: ApprovedTerms) {
  return { version, from, ...(until !== undefined && { until }) };
}

function termsOf(approved: readonly ApprovedTerms[], wanted: number): Agreement {
  return approved.find(({ version }) => version === wanted)?.terms ?? NOTHING_AGREED;
}
