import { HOUR } from '#platform/durations.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createSignSourceToken } from '#protocol/source-tokens.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { createAskSource } from '#sources/ask-source.ts';
import { createAttachments } from '#sources/attachments.ts';
import { createClaimsSources } from '#sources/claims-sources.ts';
import { createClaimsSourcesStore } from '#sources/claims-sources-store.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import type { Registry } from './registry.ts';

/** For one citizen: every university that they ever studied at, and a few tries at each. */
const ASKS = { name: 'attached-claims', attempts: 60, withinMs: 1 * HOUR };

type Needs = { people: People; registry: Registry; signingKeys: SigningKeys };

/** Universities that say something of citizens, at the citizens' wish. */
export function createSources(foundation: Foundation, { people, registry, signingKeys }: Needs) {
  const { settings, clock, metrics, database, changeFeed, redis, audit } = foundation;
  const fetch = foundation.openOutbound();
  const claimsSources = createClaimsSources({
    store: createClaimsSourcesStore({ database, changeFeed }),
    changeFeed,
    findRelyingParty: registry.relyingParties.find,
    findOrganisation: registry.organisations.find,
    uriChecks: registry.uriChecks,
    audit,
  });
  const attachments = createAttachments({
    store: people.attachedClaims,
    changeFeed,
    sources: claimsSources,
    ask: createAskSource({
      issuer: settings.issuer,
      fetch,
      fetchKeySet: registry.fetchKeySet,
      signAccessToken: createSignSourceToken({ issuer: settings.issuer, signingKeys, clock }),
      clock,
      metrics,
    }),
    subjectFor: registry.subjects.subjectFor,
    limit: createRateLimits(redis === undefined ? {} : { redis }).createQuota(ASKS),
    audit,
    clock,
  });
  return {
    claimsSources,
    attachments,
    async close() {
      attachments.close();
      claimsSources.close();
      await fetch.close();
    },
  };
}
