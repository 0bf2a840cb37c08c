import type { Provider } from 'oidc-provider';
import type { Adapter } from '#sessions/adapter.ts';

type Client = InstanceType<Provider['Client']>;

/**
 * The library looks a client up three times in every sign-in and each time reads, serialises and hashes it. A client
 * once built is kept here until the relying party changes.
 */
export function cacheClients(
  provider: Provider,
  { relyingPartyOf = async () => undefined }: { relyingPartyOf?: RelyingPartyOf } = {},
): { forget(clientId: string): void } {
  const { Client } = provider;
  const build = Client.find.bind(Client);
  const built = new Map<string, Promise<Client | undefined>>();
  const builtOf = new Map<string, object>();

  Client.find = async (clientId: string) => {
    const relyingParty = await relyingPartyOf(clientId);
    const known = built.get(clientId);
    // An agreement that begins or ends makes another one of it, without a change that anybody announces.
    if (known !== undefined && builtOf.get(clientId) === relyingParty) return known;
    if (relyingParty === undefined) builtOf.delete(clientId);
    else builtOf.set(clientId, relyingParty);
    const building = build(clientId).then(
      (client) => {
        if (client === undefined) built.delete(clientId);
        return client;
      },
      (error: unknown) => {
        built.delete(clientId);
        throw error;
      },
    );
    built.set(clientId, building);
    return building;
  };

  return { forget: (clientId) => void (clientId === '*' ? built.clear() : built.delete(clientId)) };
}

/** What holds of a relying party now; another object as soon as something else does. */
type RelyingPartyOf = (clientId: string) => Promise<object | undefined>;

type Registered = {
  securityProfile: string;
  metadata: { redirect_uris: readonly string[]; cors_origins?: readonly string[] | undefined };
};

type Registry = {
  findMetadata(clientId: string): Promise<object | undefined>;
  find(clientId: string): Promise<Registered | undefined>;
};

/** The library reads clients through an adapter; relying parties are changed in the registry and never by the library. */
export function clientAdapter(registry: Registry): Adapter {
  const never = async () => {
    throw new Error('relying parties are changed in their registry');
  };
  return {
    async find(clientId) {
      const metadata = await registry.findMetadata(clientId);
      return metadata === undefined ? undefined : { ...metadata, ...oursOf(await registry.find(clientId)) };
    },
    upsert: never,
    destroy: never,
    consume: never,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    revokeByGrantId: never,
  };
}

/** Members of ours that the library keeps with its client (`extraClientMetadata`). */
function oursOf(relyingParty: Registered | undefined) {
  if (relyingParty === undefined) return {};
  const { redirect_uris, cors_origins } = relyingParty.metadata;
  // Where pages that call us were never registered, they are those that a sign-in comes back to.
  const origins = cors_origins ?? redirect_uris.flatMap((uri) => URL.parse(uri)?.origin ?? []);
  return {
    security_profile: relyingParty.securityProfile,
    cors_origins: origins.filter((origin) => origin !== 'null'),
  };
}

/** Whose pages may call from a browser: compared by exact string, as browsers send it. */
export function corsOriginsOf(client: object): readonly string[] {
  return 'cors_origins' in client && Array.isArray(client.cors_origins) ? client.cors_origins : [];
}
