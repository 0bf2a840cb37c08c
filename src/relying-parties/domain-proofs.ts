import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import { type DomainLookups, type ProofMissing, type PublishedProof, publishedProof } from './domain-lookups.ts';
import { type DomainFault, readDomain } from './domain-name.ts';
import type { DomainClaim, DomainProofsStore } from './domain-proofs-store.ts';
import type { ProofMethod } from './organisation.ts';

/** What to publish, and where; `file` speaks for that one host name, `dns` for everything below the domain too. */
type DomainChallenge =
  | ({ outcome: 'challenge'; domain: string; token: string } & PublishedProof)
  | { outcome: 'refused'; reason: DomainFault | 'organisation-not-found' | 'too-many' };

type DomainChecked =
  | { outcome: 'proven'; method: ProofMethod }
  | { outcome: 'not-proven'; reasons: Readonly<Record<ProofMethod, ProofMissing>> }
  /** It, or one above or below it, is proven for an organisation that is no parent and no part of this one. */
  | { outcome: 'of-another-organisation' }
  | { outcome: 'no-challenge' }
  | { outcome: 'refused'; reason: DomainFault };

export type DomainProofs = ReturnType<typeof createDomainProofs>;

type Needs = {
  store: DomainProofsStore;
  lookups: DomainLookups;
  audit: Pick<AuditEvents, 'organisationDomainChanged'>;
  clock: Clock;
};

type About = { organisationId: string; domain: string; by: string };

/** A large university has a handful; more than this is somebody who collects. */
const MOST_DOMAINS = 20;
/** Domains change hands, and records are tidied away. */
export const CHECK_EVERY = 30 * DAY;

/** Who may speak for which domain: whoever can publish a word there that was made for them alone. */
export function createDomainProofs({ store, lookups, audit, clock }: Needs) {
  const note = (about: About & { act: string }) => void audit.organisationDomainChanged(about);

  return {
    /** The same answer each time until the domain is given up. */
    async challenge({ organisationId, domain: typed, by }: About): Promise<DomainChallenge> {
      const read = readDomain(typed);
      if (read.outcome === 'refused') return read;
      const { domain } = read;
      const claimed = await store.claim({
        organisationId,
        domain,
        token: randomToken(),
        by,
        at: clock.now(),
        most: MOST_DOMAINS,
      });
      if (claimed.outcome === 'not-found') return { outcome: 'refused', reason: 'organisation-not-found' };
      if (claimed.outcome === 'too-many') return { outcome: 'refused', reason: 'too-many' };
      const { token } = claimed.claim;
      return { outcome: 'challenge', domain, token, ...publishedProof({ domain, token }) };
    },

    /** Looks in both places; the one that speaks for more counts. */
    async check({ organisationId, domain: typed, by }: About): Promise<DomainChecked> {
      const read = readDomain(typed);
      if (read.outcome === 'refused') return read;
      const { domain } = read;
      const claim = await store.find({ organisationId, domain });
      if (claim === undefined) return { outcome: 'no-challenge' };
      const published = publishedProof(claim);
      const [dns, file] = await Promise.all([lookups.find('dns', published), lookups.find('file', published)]);
      if (dns !== undefined && file !== undefined) return { outcome: 'not-proven', reasons: { dns, file } };
      const method = dns === undefined ? 'dns' : 'file';
      const now = clock.now();
      const isProven = await store.prove({
        organisationId,
        domain,
        method,
        by,
        at: now,
        nextCheckAt: now + CHECK_EVERY,
      });
      if (!isProven) return { outcome: 'of-another-organisation' };
      note({ organisationId, domain, by, act: 'proven' });
      return { outcome: 'proven', method };
    },

    /** Claimed and proven ones, with what to publish for each. */
    async listOf(organisationId: string): Promise<(DomainClaim & PublishedProof)[]> {
      return (await store.listOf(organisationId)).map((claim) => ({ ...claim, ...publishedProof(claim) }));
    },

    /** Domains that the organisation may speak for with everything below them. */
    provenDomains: (organisationId: string) => listProven(organisationId, 'dns'),
    /** Host names that it may speak for, and nothing below them. */
    provenHosts: (organisationId: string) => listProven(organisationId, 'file'),

    /** What was registered under the domain stays; nothing new is. */
    async giveUp({ organisationId, domain, by }: About): Promise<boolean> {
      const removed = await store.remove({ organisationId, domain });
      if (removed) note({ organisationId, domain, by, act: 'given-up' });
      return removed;
    },
  };

  async function listProven(organisationId: string, method: ProofMethod): Promise<string[]> {
    const claims = await store.listOf(organisationId);
    return claims
      .filter((claim) => claim.provenAt !== undefined && claim.method === method)
      .map(({ domain }) => domain);
  }
}
