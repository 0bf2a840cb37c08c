import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { type MetadataFault, readClientMetadata } from './client-metadata.ts';
import { createFeedCache } from './feed-cache.ts';
import { type LibraryMetadata, libraryMetadata } from './library-metadata.ts';
import { listRegistrationFaults } from './registration.ts';
import { createRelyingPartiesStore, RELYING_PARTIES_TOPIC } from './relying-parties-store.ts';
import type { RelyingParty, RelyingPartyDraft } from './relying-party.ts';

export type Saved =
  | { outcome: 'saved'; relyingParty: RelyingParty }
  | { outcome: 'refused'; faults: readonly MetadataFault[] };

export type RelyingParties = ReturnType<typeof createRelyingParties>;

type Needs = { database: Database; sealer: Sealer; changeFeed: Pick<ChangeFeed, 'announce' | 'onChange'> };

/** The whole country has a few hundred; this leaves room and still bounds memory. */
const CACHED = 5000;

/** The registry of relying parties. Reads come from the process; a change made anywhere is seen within the feed's delay. */
export function createRelyingParties({ database, sealer, changeFeed }: Needs) {
  const store = createRelyingPartiesStore({ database, changeFeed });
  const cache = createFeedCache({ changeFeed, topic: RELYING_PARTIES_TOPIC, load: store.find, size: CACHED });
  const opened = new WeakMap<RelyingParty, LibraryMetadata>();

  return {
    /** Suspended ones too: `isActive` is the caller's question, or `findMetadata` below. */
    find: cache.find,
    /** Straight from the database, by client id. */
    list: store.list,

    /** The client object for oidc-provider; the same object as long as nothing changed. */
    metadataFor(relyingParty: RelyingParty): LibraryMetadata {
      const known = opened.get(relyingParty);
      if (known !== undefined) return known;
      const metadata = libraryMetadata(relyingParty, unsealSecret(relyingParty));
      opened.set(relyingParty, metadata);
      return metadata;
    },

    /** Undefined when unknown or suspended: for the library a suspended relying party does not exist. */
    async findMetadata(clientId: string): Promise<LibraryMetadata | undefined> {
      const relyingParty = await cache.find(clientId);
      return relyingParty?.state === 'active' ? this.metadataFor(relyingParty) : undefined;
    },

    /** Upserts. The draft is judged in full every time: an update can raise no privilege that a creation could not. */
    async save(draft: RelyingPartyDraft): Promise<Saved> {
      const read = readClientMetadata(draft.metadata, draft);
      const before = await store.find(draft.clientId);
      const faults = [...(read.outcome === 'refused' ? read.faults : []), ...listRegistrationFaults(draft, before)];
      if (read.outcome === 'refused' || faults.length > 0) return { outcome: 'refused', faults };

      const { clientSecret, ...rest } = draft;
      const sealedClientSecret = secretIsUsed(read.metadata.token_endpoint_auth_method)
        ? (sealSecret(draft) ?? before?.sealedClientSecret)
        : undefined;
      if (secretIsUsed(read.metadata.token_endpoint_auth_method) && sealedClientSecret === undefined) {
        return { outcome: 'refused', faults: [{ path: 'client_secret', reason: 'missing' }] };
      }
      await store.save({ ...rest, metadata: read.metadata, sealedClientSecret });
      cache.forget(draft.clientId);
      const relyingParty = await cache.find(draft.clientId);
      if (relyingParty === undefined)
        throw new Error(`the relying party ${draft.clientId} vanished while it was saved`);
      return { outcome: 'saved', relyingParty };
    },

    async setState(clientId: string, state: RelyingParty['state']): Promise<boolean> {
      const changed = await store.setState(clientId, state);
      cache.forget(clientId);
      return changed;
    },

    close: cache.close,
  };

  function sealSecret({ clientId, clientSecret }: RelyingPartyDraft): string | undefined {
    return clientSecret === undefined ? undefined : sealer.seal(clientSecret, secretPlace(clientId));
  }

  function unsealSecret({ clientId, sealedClientSecret }: RelyingParty): string | undefined {
    return sealedClientSecret === undefined
      ? undefined
      : sealer.unseal(sealedClientSecret, secretPlace(clientId)).toString();
  }
}

/** Ties a sealed secret to its row. */
function secretPlace(clientId: string): string {
  return `relying_parties.client_secret:${clientId}`;
}

function secretIsUsed(method: string): boolean {
  return method.startsWith('client_secret_');
}
