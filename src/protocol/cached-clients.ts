import type { Provider } from 'oidc-provider';
import type { Adapter } from '#sessions/adapter.ts';

type Client = InstanceType<Provider['Client']>;

/**
 * The library looks a client up three times in every sign-in and each time reads, serialises and hashes it. A client
 * once built is kept here until the relying party changes.
 */
export function cacheClients(provider: Provider): { forget(clientId: string): void } {
  const { Client } = provider;
  const build = Client.find.bind(Client);
  const built = new Map<string, Promise<Client | undefined>>();

  Client.find = (clientId: string) => {
    const known = built.get(clientId);
    if (known !== undefined) return known;
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

type Registry = {
  findMetadata(clientId: string): Promise<object | undefined>;
  find(clientId: string): Promise<{ securityProfile: string } | undefined>;
};

/** The library reads clients through an adapter; relying parties are changed in the registry and never by the library. */
export function clientAdapter(registry: Registry): Adapter {
  const never = async () => {
    throw new Error('relying parties are changed in their registry');
  };
  return {
    async find(clientId) {
      const metadata = await registry.findMetadata(clientId);
      return metadata === undefined
        ? undefined
        : { ...metadata, security_profile: (await registry.find(clientId))?.securityProfile };
    },
    upsert: never,
    destroy: never,
    consume: never,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    revokeByGrantId: never,
  };
}
