import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { randomToken, rowId } from '#platform/ids.ts';
import { type MetadataFault, readClientMetadata } from './client-metadata.ts';
import { pictureOf, type RegisteredPicture } from './registered-picture.ts';
import { listNameFaults } from './registration.ts';
import { newClientId, organisationFault } from './registration-rules.ts';
import { canKeepSecrets, type RelyingParties, secretIsUsed } from './relying-parties.ts';
import type { RelyingPartiesStore, SavedRelyingParty } from './relying-parties-store.ts';
import type { BothLanguages, Environment, RelyingParty, SecurityProfile } from './relying-party.ts';
import { comparePictures, type Difference } from './revisions.ts';
import type { createRevisionsStore, Revision } from './revisions-store.ts';
import type { createSearch, Listed, ListPage } from './search-store.ts';
import type { SecretVault } from './secret-vault.ts';
import type { UriChecks } from './uri-checks.ts';
import { listUriFaults } from './uri-faults.ts';
import { listWeakenings, type Weakening } from './weakenings.ts';

/** What staff or a program hands in. The organisation is the page's or the API's to check, not whoever asks. */
type RegistrationDraft = {
  /** Made from the organisation's when absent. */
  clientId?: string | undefined;
  organisationId: string;
  name: BothLanguages;
  /** Untrusted: read by `readClientMetadata`. */
  metadata: unknown;
  environment: Environment;
  securityProfile: SecurityProfile;
  /** For production: the test entry that acceptance is run against. */
  testedAs?: string | undefined;
};

/** Each part that is there replaces the whole of it. */
export type RegistrationChange = {
  name?: BothLanguages | undefined;
  metadata?: unknown;
  securityProfile?: SecurityProfile | undefined;
  testedAs?: string | undefined;
};

type Faults = { outcome: 'refused'; faults: readonly MetadataFault[] };
type Waits = { outcome: 'needs-approval'; reasons: readonly Weakening[] | readonly ['resumes-production'] };
export type Changed =
  /** `secret` where a new one had to be made; shown once, and never again. */
  | { outcome: 'changed'; relyingParty: RelyingParty; secret?: { id: string; secret: string } }
  | { outcome: 'not-found' }
  /** Somebody else was faster: whoever asks looks at what it is now, and decides again. */
  | { outcome: 'changed-meanwhile'; revision: number }
  | { outcome: 'same-person' }
  | Faults
  | Waits;

/** `approvedBy` is the second person, when there was one: the act comes back from the approvals with it. */
type By = { by: string; approvedBy?: string | undefined };

export type Registrations = ReturnType<typeof createRegistrations>;

type Needs = {
  relyingParties: Pick<RelyingParties, 'find' | 'forget' | 'findPromiseFault'>;
  store: Pick<RelyingPartiesStore, 'save' | 'setState'>;
  revisions: ReturnType<typeof createRevisionsStore>;
  search: Pick<ReturnType<typeof createSearch>, 'listFor' | 'namesOf'>;
  vault: Pick<SecretVault, 'keep'>;
  uriChecks: Pick<UriChecks, 'listErrors'>;
  findOrganisation(id: string): Promise<{ stage: string } | undefined>;
  audit: Pick<AuditEvents, 'relyingPartyChanged'>;
  clock: Clock;
};

/** More than anybody reads; a change a day for half a year. */
const MOST_REVISIONS = 200;

/** The verbs over the rules, for the console and the API alike. Every change is a revision. */
export function createRegistrations(needs: Needs) {
  const { relyingParties, store, revisions, search, vault, uriChecks, findOrganisation, audit, clock } = needs;

  return {
    async register({ by, draft, note = '' }: By & { draft: RegistrationDraft; note?: string }): Promise<Changed> {
      const clientId = draft.clientId ?? newClientId(draft);
      const state = draft.environment === 'test' ? 'active' : 'not-live';
      const wanted = { ...draft, clientId, state } as const;
      const organisation = organisationFault(await findOrganisation(draft.organisationId));
      const judged = await judge(wanted, undefined);
      const faults = [...organisation, ...(judged.outcome === 'refused' ? judged.faults : [])];
      if (judged.outcome === 'refused' || faults.length > 0) return { outcome: 'refused', faults };
      const saved = await keep(judged.entry, { by, note, expected: 0, before: undefined });
      // Two who ask for one name: it was free a moment ago.
      return saved.outcome === 'changed-meanwhile'
        ? { outcome: 'refused', faults: [{ path: 'client_id', reason: 'taken' }] }
        : saved;
    },

    async change({
      by,
      approvedBy,
      clientId,
      change,
      note,
      expectedRevision,
    }: By & {
      clientId: string;
      change: RegistrationChange;
      note: string;
      expectedRevision?: number;
    }): Promise<Changed> {
      const before = await relyingParties.find(clientId);
      if (before === undefined) return { outcome: 'not-found' };
      if (expectedRevision !== undefined && expectedRevision !== before.revision)
        return { outcome: 'changed-meanwhile', revision: before.revision };
      if (approvedBy === by) return { outcome: 'same-person' };
      const wanted = {
        ...before,
        name: change.name ?? before.name,
        metadata: change.metadata ?? before.metadata,
        securityProfile: change.securityProfile ?? before.securityProfile,
        testedAs: change.testedAs ?? before.testedAs,
      };
      const judged = await judge(wanted, before);
      if (judged.outcome === 'refused') return judged;
      const reasons = isReached(before) ? listWeakenings(before, judged.entry) : [];
      if (reasons.length > 0 && approvedBy === undefined) return { outcome: 'needs-approval', reasons };
      return keep(judged.entry, { by, approvedBy, note, expected: before.revision, before });
    },

    /** As it was registered then: name, metadata and profile. Judged like any change, by the rules of today. */
    async restore({
      clientId,
      revision,
      note,
      ...rest
    }: By & { clientId: string; revision: number; note?: string; expectedRevision?: number }): Promise<Changed> {
      const then = await revisions.find({ clientId, revision });
      if (then === undefined) return { outcome: 'not-found' };
      const { name, metadata, securityProfile, testedAs } = then.picture;
      const change = { name, metadata, securityProfile, testedAs };
      return this.change({ clientId, change, note: note ?? `revision ${revision} again`, ...rest });
    },

    /** At once, and by one person: it protects. */
    async suspend({ by, approvedBy, clientId, why }: By & { clientId: string; why: string }): Promise<Changed> {
      return move(clientId, { from: ['active'], to: 'suspended', author: { by, approvedBy, note: why } });
    },

    async resume({ by, approvedBy, clientId, why }: By & { clientId: string; why: string }): Promise<Changed> {
      const before = await relyingParties.find(clientId);
      if (approvedBy === by) return { outcome: 'same-person' };
      if (before?.environment === 'production' && approvedBy === undefined)
        return { outcome: 'needs-approval', reasons: ['resumes-production'] };
      return move(clientId, { from: ['suspended'], to: 'active', author: { by, approvedBy, note: why } });
    },

    get: relyingParties.find,
    listFor: (page: ListPage): Promise<Listed> => search.listFor(page),
    namesOf: search.namesOf,

    /** Newest first. */
    listRevisions: (clientId: string): Promise<Revision[]> => revisions.listOf(clientId, { limit: MOST_REVISIONS }),

    findRevision: revisions.find,

    async compareRevisions(clientId: string, a: number, b: number): Promise<Difference[] | undefined> {
      const [one, other] = await Promise.all([a, b].map((revision) => revisions.find({ clientId, revision })));
      return one === undefined || other === undefined ? undefined : comparePictures(one.picture, other.picture);
    },
  };

  type Wanted = Omit<SavedRelyingParty, 'metadata'> & { metadata: unknown };

  /** The whole entry by the rules of today: a change can raise no privilege that a registration could not. */
  async function judge(
    wanted: Wanted,
    before: RelyingParty | undefined,
  ): Promise<{ outcome: 'judged'; entry: SavedRelyingParty } | Faults> {
    const read = readClientMetadata(wanted.metadata, wanted);
    const named = listNameFaults(wanted, { isNew: before === undefined });
    const tested = await listTestedFaults(wanted);
    if (read.outcome === 'refused') return { outcome: 'refused', faults: [...named, ...tested, ...read.faults] };
    const { clientId, organisationId, state } = wanted;
    const entry = { clientId, organisationId, ...pictureOf({ ...wanted, state, metadata: read.metadata }) };
    const uris = await listUriFaults(entry, { before, uriChecks });
    const faults = [...named, ...tested, ...uris];
    if (faults.length > 0) return { outcome: 'refused', faults };
    const promise = await relyingParties.findPromiseFault(clientId, { wanted: read.metadata, before });
    return promise === undefined ? { outcome: 'judged', entry } : { outcome: 'refused', faults: [promise] };
  }

  async function listTestedFaults({ testedAs, environment, organisationId }: Wanted): Promise<MetadataFault[]> {
    if (testedAs === undefined) return [];
    const tested = await relyingParties.find(testedAs);
    const isOfTheirs = tested?.environment === 'test' && tested.organisationId === organisationId;
    return environment === 'production' && isOfTheirs
      ? []
      : [{ path: 'tested_as', reason: 'not-a-test-entry-of-theirs' }];
  }

  async function keep(
    entry: SavedRelyingParty,
    { before, ...act }: By & { note: string; expected: number; before: RelyingParty | undefined },
  ): Promise<Changed> {
    const { clientId, metadata } = entry;
    const method = metadata.token_endpoint_auth_method;
    const isKept = canKeepSecrets(before, method);
    const isNew = secretIsUsed(method) && !isKept;
    // Whoever approves must not see the secret, and whoever asked is not here: it is made afterwards, by `issue`.
    const isShown = isNew && act.approvedBy === undefined;
    const made = { id: rowId(), secret: randomToken() };
    const saved = await store.save({
      relyingParty: entry,
      ...act,
      at: clock.now(),
      endsSecrets: !isKept,
      ...(isShown && { secret: { id: made.id, kept: vault.keep(made.secret, { clientId, id: made.id, method }) } }),
    });
    relyingParties.forget(clientId);
    if (saved.outcome === 'changed-meanwhile') return saved;
    void audit.relyingPartyChanged({ clientId, by: act.by, act: before === undefined ? 'register' : 'change' });
    return done(clientId, isShown ? made : undefined);
  }

  async function move(
    clientId: string,
    { from, to, author }: { from: RelyingParty['state'][]; to: RelyingParty['state']; author: By & { note: string } },
  ): Promise<Changed> {
    const before = await relyingParties.find(clientId);
    if (before === undefined) return { outcome: 'not-found' };
    if (!from.includes(before.state))
      return { outcome: 'refused', faults: [{ path: 'state', reason: 'not-from-here' }] };
    await store.setState(clientId, to, author);
    relyingParties.forget(clientId);
    void audit.relyingPartyChanged({ clientId, by: author.by, act: to === 'active' ? 'resume' : 'suspend' });
    return done(clientId);
  }

  async function done(clientId: string, secret?: { id: string; secret: string }): Promise<Changed> {
    const relyingParty = await relyingParties.find(clientId);
    if (relyingParty === undefined) throw new Error(`the relying party ${clientId} vanished while it was saved`);
    return { outcome: 'changed', relyingParty, ...(secret !== undefined && { secret }) };
  }
}

/** People arrive there, or will as soon as it is resumed. */
function isReached({ environment, state }: Pick<RegisteredPicture, 'environment' | 'state'>): boolean {
  return environment === 'production' && state !== 'not-live';
}
