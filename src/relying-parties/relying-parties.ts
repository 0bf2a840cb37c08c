import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import { randomToken, rowId } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { asOf, type StoredRelyingParty } from './as-of-now.ts';
import { type ClientMetadata, type MetadataFault, readClientMetadata } from './client-metadata.ts';
import { createFeedCache } from './feed-cache.ts';
import { type LibraryMetadata, libraryMetadata } from './library-metadata.ts';
import { listRegistrationFaults } from './registration.ts';
import { createRelyingPartiesStore, RELYING_PARTIES_TOPIC, type StateAuthor } from './relying-parties-store.ts';
import type { RelyingParty, RelyingPartyDraft } from './relying-party.ts';
import type { Author } from './revisions-store.ts';
import { createSecretVault } from './secret-vault.ts';

type Saved =
  | { outcome: 'saved'; relyingParty: RelyingParty }
  | { outcome: 'refused'; faults: readonly MetadataFault[] };

export type RelyingParties = ReturnType<typeof createRelyingParties>;

/**
 * Asked before a relying party is told that it may keep our key set for longer. Anything but `done` and `already-there`
 * refuses it, and its name says why.
 */
export type AllowKeySetCache = (asked: { by: string; cacheMs: number }) => Promise<{ outcome: string }>;

type Needs = {
  database: Database;
  sealer: Sealer;
  hash: KeyedHash;
  changeFeed: Pick<ChangeFeed, 'announce' | 'onChange'>;
  clock: Clock;
  allowKeySetCache?: AllowKeySetCache;
};

/** Ten thousand fit with room to spare: some 60 MB if every one of them is in use. */
const CACHED = 20_000;

/** Programs of ours that hand in a whole relying party: the seed, commands, tests. */
const REGISTRY: Author = { by: 'registry', note: '' };

/** The registry of relying parties. Reads come from the process; a change made anywhere is seen within the feed's delay. */
export function createRelyingParties({ database, sealer, hash, changeFeed, clock, allowKeySetCache }: Needs) {
  const store = createRelyingPartiesStore({ database, changeFeed });
  const vault = createSecretVault({ sealer, hash });
  const cache = createFeedCache({ changeFeed, topic: RELYING_PARTIES_TOPIC, load: store.find, size: CACHED });
  const seen = new WeakMap<StoredRelyingParty, ReturnType<typeof asOf>>();
  const opened = new WeakMap<RelyingParty, LibraryMetadata>();
  // The library wants one and never gets a real one: secrets are compared by us.
  const inPlaceOfSecrets = randomToken();

  return {
    /** What holds now; the same object as long as that is the same. Suspended ones too: `isActive` is the caller's question, or `findMetadata` below. */
    async find(clientId: string): Promise<RelyingParty | undefined> {
      const stored = await cache.find(clientId);
      return stored && now(stored);
    },
    /** Straight from the database, by client id. */
    list: async (): Promise<RelyingParty[]> => (await store.list()).map(now),

    /** The client object for oidc-provider; the same object as long as nothing changed. */
    metadataFor(relyingParty: RelyingParty): LibraryMetadata {
      const known = opened.get(relyingParty);
      if (known !== undefined) return known;
      const usesSecret = secretIsUsed(relyingParty.metadata.token_endpoint_auth_method);
      const metadata = libraryMetadata(relyingParty, usesSecret ? inPlaceOfSecrets : undefined);
      opened.set(relyingParty, metadata);
      return metadata;
    },

    /** Undefined when unknown, suspended or not live: for the library such a relying party does not exist. */
    async findMetadata(clientId: string): Promise<LibraryMetadata | undefined> {
      const relyingParty = await this.find(clientId);
      return relyingParty?.state === 'active' ? this.metadataFor(relyingParty) : undefined;
    },

    /** Whether a secret that somebody presents is one of this relying party's that hold now. */
    async isSecretOf(clientId: string, presented: string): Promise<boolean> {
      const relyingParty = await this.find(clientId);
      return relyingParty !== undefined && vault.isOneOf(presented, relyingParty);
    },

    /** For client_secret_jwt alone (OpenID Connect Core 1.0 section 9): to check what was signed with one of them. */
    openSecrets({ clientId, secrets }: RelyingParty): string[] {
      return secrets.flatMap((secret) => vault.open({ clientId, secret }) ?? []);
    },

    /** Upserts. The draft is judged in full every time: an update can raise no privilege that a creation could not. */
    async save(draft: RelyingPartyDraft, author: Author = REGISTRY): Promise<Saved> {
      const read = readClientMetadata(draft.metadata, draft);
      const stored = await store.find(draft.clientId);
      const before = stored && now(stored);
      const faults = [...(read.outcome === 'refused' ? read.faults : []), ...listRegistrationFaults(draft, before)];
      if (read.outcome === 'refused' || faults.length > 0) return { outcome: 'refused', faults };
      const promise = await findPromiseFault(draft.clientId, { wanted: read.metadata, before });
      if (promise !== undefined) return { outcome: 'refused', faults: [promise] };

      const { clientId, organisationId, name, environment, securityProfile, state, agreement, clientSecret } = draft;
      const method = read.metadata.token_endpoint_auth_method;
      const isKept = clientSecret === undefined && canKeepSecrets(before, method);
      if (secretIsUsed(method) && clientSecret === undefined && !isKept)
        return { outcome: 'refused', faults: [{ path: 'client_secret', reason: 'missing' }] };
      const id = rowId();
      await store.save({
        relyingParty: {
          clientId,
          organisationId,
          name,
          metadata: read.metadata,
          environment,
          securityProfile,
          state,
          testedAs: stored?.testedAs,
        },
        ...author,
        at: clock.now(),
        endsSecrets: !isKept,
        ...(secretIsUsed(method) &&
          clientSecret !== undefined && {
            secret: { id, kept: vault.keep(clientSecret, { clientId, id, method }) },
          }),
        // What is handed back as it was found is not agreed on anew.
        agreement: before !== undefined && isDeepStrictEqual(before.agreement, agreement) ? undefined : agreement,
      });
      cache.forget(clientId);
      const relyingParty = await this.find(clientId);
      if (relyingParty === undefined) throw new Error(`the relying party ${clientId} vanished while it was saved`);
      return { outcome: 'saved', relyingParty };
    },

    async setState(clientId: string, state: RelyingParty['state'], author: StateAuthor = REGISTRY): Promise<boolean> {
      const changed = await store.setState(clientId, state, author);
      cache.forget(clientId);
      return changed;
    },

    /** For the instance that made a change by another way: it need not wait for the feed. */
    forget: cache.forget,
    findPromiseFault,
    close: cache.close,
  };

  function now(stored: StoredRelyingParty): RelyingParty {
    const at = clock.now();
    const kept = seen.get(stored);
    if (kept !== undefined && at < kept.until) return kept.relyingParty;
    const fresh = asOf(stored, at);
    seen.set(stored, fresh);
    return fresh.relyingParty;
  }

  /** A longer promise is made before the relying party is told; a shorter one counts from the next start on. */
  async function findPromiseFault(
    clientId: string,
    { wanted, before }: { wanted: ClientMetadata; before: Pick<RelyingParty, 'metadata'> | undefined },
  ): Promise<MetadataFault | undefined> {
    const seconds = wanted.jwks_cache_seconds ?? 0;
    if (allowKeySetCache === undefined || seconds <= (before?.metadata.jwks_cache_seconds ?? 0)) return undefined;
    const { outcome } = await allowKeySetCache({ by: `registry of ${clientId}`, cacheMs: seconds * SECOND });
    return ['done', 'already-there'].includes(outcome) ? undefined : { path: 'jwks_cache_seconds', reason: outcome };
  }
}

/** Secrets outlive a change of everything but the way they rest: what is hashed can sign nothing. */
export function canKeepSecrets(before: RelyingParty | undefined, method: string): boolean {
  if (before === undefined || before.secrets.length === 0) return false;
  if (method !== 'client_secret_jwt') return secretIsUsed(method);
  return before.secrets.every(({ kept }) => 'sealed' in kept);
}

export function secretIsUsed(method: string): boolean {
  return method.startsWith('client_secret_');
}
