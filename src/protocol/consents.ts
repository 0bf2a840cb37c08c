import type { Provider } from 'oidc-provider';
import type { AuditEvents } from '#audit/events.ts';
import type { ConsentReceipts } from '#relying-parties/consent-receipts.ts';
import type { Consent, ConsentsStore } from '#relying-parties/consents-store.ts';
import type { AgreedClaim, RelyingParty } from '#relying-parties/relying-party.ts';
import { claimsToDecide } from './claims.ts';
import type { FindTellable } from './claims-to-tell.ts';
import { applyConsent } from './grants.ts';
import type { Interaction } from './interactions.ts';

type Asked = { interaction: Interaction; relyingParty: RelyingParty; citizenId: string };

/** What the citizen has to decide now; nothing of it was decided before, unless the relying party insists on asking. */
type ConsentQuestion = {
  claims: (AgreedClaim & { isChosen: boolean })[];
  /** Tokens that outlive the session (OpenID Connect Core 1.0 section 11). */
  isOffline: boolean;
  /** Scopes per resource server (RFC 8707). */
  resources: Readonly<Record<string, readonly string[]>>;
  /** What stays as it was decided. */
  decided: { claim: string; isAllowed: boolean }[];
  /** Names the claims as they are shown, for `give`. */
  shown: string;
};

/** What a citizen lets a relying party know: asked once, kept in PostgreSQL, and carried by a grant in each session. */
export type Consents = {
  ask(about: Asked): Promise<ConsentQuestion>;
  /**
   * `chosen`: optional claims that were ticked. Only what was shown is decided, and only while it is still what it was: a
   * claim that the agreement gained or changed in the meantime stays undecided and is asked for next. The answer is the
   * id of a grant that carries the decision.
   */
  give(decision: Asked & { shown: string; chosen: ReadonlySet<string> }): Promise<string>;
};

type Needs = {
  provider(): Provider;
  store: Pick<ConsentsStore, 'find' | 'save'>;
  receipts: Pick<ConsentReceipts, 'issue'>;
  findTellable: FindTellable;
  audit: AuditEvents;
};

export function createConsents({ provider, store, receipts, findTellable, audit }: Needs): Consents {
  return {
    async ask({ interaction, relyingParty, citizenId }) {
      const before = await store.find({ citizenId, clientId: relyingParty.clientId });
      const tellable = await findTellable({ citizenId, relyingParty });
      const all = claimsToDecide(interaction, relyingParty.agreement, tellable);
      const isDecided = ({ claim, required }: AgreedClaim) =>
        before?.claims.includes(claim) === true || (!required && before?.refusedClaims.includes(claim) === true);
      const resources = newResources(before?.resources, interaction.missingResourceScopes);
      const wantsOffline = interaction.scopes.includes('offline_access');
      const isNewlyOffline = wantsOffline && before?.scopes.includes('offline_access') !== true;
      const undecided = all.filter((claim) => !isDecided(claim));
      const hasNews = undecided.length > 0 || isNewlyOffline || Object.keys(resources).length > 0;
      // prompt=consent with nothing new: the citizen may think again about everything.
      const claims = hasNews ? undecided : all;
      return {
        claims: claims.map((claim) => ({ ...claim, isChosen: before?.claims.includes(claim.claim) ?? false })),
        isOffline: hasNews ? isNewlyOffline : wantsOffline,
        resources: hasNews ? resources : interaction.missingResourceScopes,
        decided: all
          .filter((claim) => !claims.includes(claim))
          .map(({ claim }) => ({ claim, isAllowed: before?.claims.includes(claim) ?? false })),
        shown: claims.map(asShown).join(' '),
      };
    },

    async give({ interaction, relyingParty, citizenId, shown, chosen }) {
      const { clientId, agreement } = relyingParty;
      const before = await store.find({ citizenId, clientId });
      const seen = new Set(shown.split(' '));
      const asked = claimsToDecide(interaction, agreement).filter((claim) => seen.has(asShown(claim)));
      const granted = asked.filter(({ claim, required }) => required || chosen.has(claim)).map(({ claim }) => claim);
      const refused = asked.map(({ claim }) => claim).filter((claim) => !granted.includes(claim));
      const consent: Consent = {
        scopes: union(before?.scopes, interaction.scopes),
        claims: union(before?.claims, granted).filter((claim) => !refused.includes(claim)),
        refusedClaims: union(before?.refusedClaims, refused).filter((claim) => !granted.includes(claim)),
        resources: mergeResources(before?.resources, interaction.missingResourceScopes),
      };
      const receipt = await receipts.issue({ act: 'given', citizenId, clientId, relyingParty, consent });
      await store.save({ citizenId, clientId, ...consent }, receipt);
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

function asShown({ claim, required }: AgreedClaim): string {
  return `${claim}:${required ? 'required' : 'optional'}`;
}

function union(before: readonly string[] = [], more: readonly string[] = []): string[] {
  return [...new Set([...before, ...more])];
}

function newResources(before: Consent['resources'] = {}, wanted: Record<string, string[]>): Record<string, string[]> {
  const news = Object.entries(wanted).map(([name, scopes]): [string, string[]] => [
    name,
    scopes.filter((scope) => before[name]?.includes(scope) !== true),
  ]);
  return Object.fromEntries(news.filter(([, scopes]) => scopes.length > 0));
}

function mergeResources(before: Consent['resources'] = {}, more: Record<string, string[]>): Record<string, string[]> {
  const names = union(Object.keys(before), Object.keys(more));
  return Object.fromEntries(names.map((name) => [name, union(before[name], more[name])]));
}
