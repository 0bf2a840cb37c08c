import { z } from 'zod';
import type { AuditEvents } from '#audit/events.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import { createFeedCache } from '#relying-parties/feed-cache.ts';
import type { BothLanguages, RelyingParty } from '#relying-parties/relying-party.ts';
import type { UriChecks, UriKind } from '#relying-parties/uri-checks.ts';
import {
  CLAIMS_SOURCES_TOPIC,
  type ClaimsSourcesStore,
  type KeptSource,
  type StoredSource,
} from './claims-sources-store.ts';
import { SOURCE_ALGORITHMS, type Source, type SourceDraft } from './source.ts';
import { SOURCE_CLAIMS } from './source-claims.ts';

export type SourceFault = { path: string; reason: string };

type Refused = { outcome: 'unknown-relying-party' } | { outcome: 'refused'; faults: readonly SourceFault[] };
type JudgedSource = { outcome: 'judged'; source: StoredSource } | Refused;
/** `changed-since`: something else is registered by now than was expected. */
type SavedSource = { outcome: 'saved' | 'changed-since' } | Refused;
type Saving = { by: string; why?: string; expected?: StoredSource | null | undefined };

export type ClaimsSources = {
  /** Those that may be asked and believed now. A change made anywhere is seen within the feed's delay. */
  find(clientId: string): Promise<Source | undefined>;
  /** The same, all of them, by client id. */
  list(): Promise<Source[]>;
  /** As it is registered, also where it is not believed now. What another instance just saved is in it. */
  findRegistered(clientId: string): Promise<StoredSource | undefined>;
  listRegistered(): Promise<StoredSource[]>;
  /** What `save` would say, without saving. */
  judge(draft: SourceDraft): Promise<JudgedSource>;
  /** Upserts. Judged in full every time. `expected` is what has to be registered until then: null for nothing. */
  save(draft: SourceDraft, saving: Saving): Promise<SavedSource>;
  /** Not asked and not believed from now on, whatever its addresses are worth today; why stays on record. False where there is none to take away. */
  takeAway(clientId: string, author: { by: string; why: string }): Promise<boolean>;
  close(): void;
};

type Needs = {
  store: ClaimsSourcesStore;
  changeFeed: Pick<ChangeFeed, 'onChange'>;
  /** Suspended ones too. */
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  findOrganisation(id: string): Promise<{ name: BothLanguages } | undefined>;
  uriChecks: Pick<UriChecks, 'listErrors'>;
  audit: Pick<AuditEvents, 'claimsSourceChanged'>;
};

const ISSUER_TAKEN: SourceFault = { path: 'issuer', reason: 'taken' };

/** Every university of the country. */
const CACHED = 1000;

/** Whose keys these are is public; a private or shared half among them would let anybody speak for the source. */
const publicKey = z
  .looseObject({ kty: z.enum(['EC', 'OKP', 'RSA']) })
  .refine((key) => !('d' in key), 'private-key')
  .transform((key): Record<string, unknown> => key);
const draftShape = z.object({
  claims: z.array(z.enum(SOURCE_CLAIMS, 'not-a-claim')).min(1, 'missing'),
  alg: z.enum(SOURCE_ALGORITHMS, 'algorithm'),
  jwks: z.object({ keys: z.array(publicKey).min(1, 'missing').max(10, 'too-many') }).optional(),
});

export function createClaimsSources(needs: Needs): ClaimsSources {
  const { store, changeFeed, findRelyingParty, findOrganisation, uriChecks, audit } = needs;
  const cache = createFeedCache({ changeFeed, topic: CLAIMS_SOURCES_TOPIC, load: store.find, size: CACHED });

  /** Who is suspended as a relying party says nothing as a source. */
  async function asOfNow(stored: StoredSource | undefined): Promise<Source | undefined> {
    if (stored?.state !== 'active') return undefined;
    const relyingParty = await findRelyingParty(stored.clientId);
    if (relyingParty?.state !== 'active') return undefined;
    const { organisationId } = relyingParty;
    const name = (await findOrganisation(organisationId))?.name ?? relyingParty.name;
    const { state: _, ...source } = stored;
    return { ...source, organisationId, name };
  }

  async function listUriFaults(draft: SourceDraft, relyingParty: RelyingParty): Promise<SourceFault[]> {
    const { organisationId, environment } = relyingParty;
    const uris: [string, string, UriKind][] = [
      ['endpoint', draft.endpoint, 'claims-source'],
      ['issuer', draft.issuer, 'claims-source'],
      ...(draft.jwksUri === undefined ? [] : [['jwksUri', draft.jwksUri, 'jwks'] satisfies [string, string, UriKind]]),
    ];
    const faults = await Promise.all(
      uris.map(async ([path, uri, kind]) => {
        const about = { uri, kind, organisationId, application: 'web', environment } as const;
        return (await uriChecks.listErrors(about)).map(({ reason }) => ({ path, reason }));
      }),
    );
    // The address goes into traces and other people's logs, and a query is where personal things are put.
    const hasQuery = URL.parse(draft.endpoint)?.search !== '';
    return [
      ...faults.flat(),
      ...(hasQuery && faults.flat().length === 0 ? [{ path: 'endpoint', reason: 'query' }] : []),
    ];
  }

  return {
    async find(clientId) {
      return asOfNow(await cache.find(clientId));
    },

    async list() {
      const sources = await Promise.all((await store.list()).map(asOfNow));
      return sources.filter((source) => source !== undefined);
    },

    findRegistered: store.find,
    listRegistered: store.list,
    judge,

    async save(draft, saving) {
      const judged = await judge(draft);
      if (judged.outcome !== 'judged') return judged;
      const kept = await keep(judged.source, saving);
      // By one who was judged in the same instant.
      return kept === 'taken' ? { outcome: 'refused', faults: [ISSUER_TAKEN] } : { outcome: kept };
    },

    async takeAway(clientId, author) {
      const stored = await store.find(clientId);
      if (stored?.state !== 'active') return false;
      await keep({ ...stored, state: 'suspended' }, author);
      return true;
    },

    close: cache.close,
  };

  async function judge(draft: SourceDraft): Promise<JudgedSource> {
    const relyingParty = await findRelyingParty(draft.clientId);
    if (relyingParty === undefined) return { outcome: 'unknown-relying-party' };
    const read = draftShape.safeParse(draft);
    const faults = [
      ...(read.error?.issues.map(({ path, message }) => ({ path: path.join('.'), reason: message })) ?? []),
      ...((draft.jwksUri === undefined) === (draft.jwks === undefined) ? [{ path: 'jwks', reason: 'one-of-two' }] : []),
      ...(await listUriFaults(draft, relyingParty)),
      ...(await listNameFaults(draft)),
    ];
    if (!read.success || faults.length > 0) return { outcome: 'refused', faults };
    const { clientId, issuer, endpoint, state, jwksUri } = draft;
    const { claims, alg, jwks } = read.data;
    const keys = jwksUri === undefined ? { set: jwks ?? { keys: [] } } : { uri: jwksUri };
    return {
      outcome: 'judged',
      source: { clientId, issuer, endpoint, claims: [...new Set(claims)], alg, keys, state },
    };
  }

  /** Two with one name could speak for each other. */
  async function listNameFaults({ clientId, issuer }: SourceDraft): Promise<SourceFault[]> {
    const holder = await store.findByIssuer(issuer);
    return holder === undefined || holder.clientId === clientId ? [] : [ISSUER_TAKEN];
  }

  async function keep(source: StoredSource, { by, why, expected }: Saving): Promise<KeptSource> {
    const { clientId, state } = source;
    const kept = await store.save(source, { expected });
    if (kept !== 'saved') return kept;
    cache.forget(clientId);
    await audit.claimsSourceChanged({ clientId, by, act: state, why });
    return kept;
  }
}
