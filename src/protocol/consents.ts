import type { Provider } from 'oidc-provider';
import type { AuditEvents } from '#audit/events.ts';
import type { Consent, ConsentsStore } from '#relying-parties/consents-store.ts';
import type { Agreement, RelyingParty } from '#relying-parties/relying-party.ts';
import { claimsToDecide } from './claims.ts';
import { applyConsent } from './grants.ts';
import type { Interaction } from './interactions.ts';

type Asked = { interaction: Interaction; relyingParty: RelyingParty; citizenId: string };

/** What a citizen lets a relying party know: asked once, kept in PostgreSQL, and carried by a grant in each session. */
export type Consents = {
  /** The claims on the page, with what was chosen before. */
  asked(about: Asked): Promise<(Agreement['claims'][number] & { isChosen: boolean })[]>;
  /** `chosen`: optional claims that were ticked. The answer is the id of a grant that carries the decision. */
  give(decision: Asked & { chosen: ReadonlySet<string> }): Promise<string>;
};

type Needs = { provider(): Provider; store: Pick<ConsentsStore, 'find' | 'save'>; audit: AuditEvents };

export function createConsents({ provider, store, audit }: Needs): Consents {
  return {
    async asked({ interaction, relyingParty, citizenId }) {
      const before = await store.find({ citizenId, clientId: relyingParty.clientId });
      return claimsToDecide(interaction, relyingParty.agreement).map((claim) => ({
        ...claim,
        isChosen: before?.claims.includes(claim.claim) ?? false,
      }));
    },

    async give({ interaction, relyingParty, citizenId, chosen }) {
      const { clientId, agreement } = relyingParty;
      const before = await store.find({ citizenId, clientId });
      const asked = claimsToDecide(interaction, agreement);
      const granted = asked.filter(({ claim, required }) => required || chosen.has(claim)).map(({ claim }) => claim);
      const refused = asked.map(({ claim }) => claim).filter((claim) => !granted.includes(claim));
      const consent: Consent = {
        scopes: union(before?.scopes, interaction.scopes),
        claims: union(before?.claims, granted).filter((claim) => !refused.includes(claim)),
        refusedClaims: union(before?.refusedClaims, refused).filter((claim) => !granted.includes(claim)),
        resources: mergeResources(before?.resources, interaction.missingResourceScopes),
      };
      await store.save({ citizenId, clientId, ...consent });
      await audit.consentGiven({
        citizenId,
        clientId,
        claims: consent.claims.join(' '),
        scopes: consent.scopes.join(' '),
      });
      const grant = new (provider().Grant)({ accountId: citizenId, clientId });
      applyConsent(grant, consent);
      return grant.save();
    },
  };
}

function union(before: readonly string[] = [], more: readonly string[] = []): string[] {
  return [...new Set([...before, ...more])];
}

function mergeResources(before: Consent['resources'] = {}, more: Record<string, string[]>): Record<string, string[]> {
  const names = union(Object.keys(before), Object.keys(more));
  return Object.fromEntries(names.map((name) => [name, union(before[name], more[name])]));
}
