import type { Provider } from 'oidc-provider';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;
/** What the library keeps of a relying party's keys; tests/journeys/relying-party-keys.test.ts pins it. */
type KeyStore = { freshUntil?: number; refresh(): Promise<void>; clear(): void };

/**
 * The library loads a relying party's keys once and asks again only when it meets a kid that it does not know: a key
 * that its owner took out, because it leaked, would be believed for as long as the client lives. So whenever a client is
 * looked up and its key set has become another one, the library is made to load it.
 */
export function keepClientKeys(
  provider: Provider,
  { fetchKeySet }: { fetchKeySet(uri: string): Promise<object> },
): void {
  const { Client } = provider;
  const find = Client.find.bind(Client);
  const loaded = new WeakMap<Client, object>();

  async function withCurrentKeys(client: Client, uri: string): Promise<Client> {
    const { asymmetricKeyStore: keys } = client as unknown as { asymmetricKeyStore: KeyStore };
    const keySet = await fetchKeySet(uri).catch(() => undefined);
    if (keySet === undefined) {
      // Not seen for a day: what the library still holds is believed no longer, and its own attempt gives the reason.
      keys.clear();
      loaded.delete(client);
      return client;
    }
    if (loaded.get(client) === keySet) return client;
    loaded.set(client, keySet);
    keys.freshUntil = 0;
    await keys.refresh().catch(() => loaded.delete(client));
    return client;
  }

  Client.find = async (clientId: string) => {
    const client = await find(clientId);
    return client?.jwksUri === undefined ? client : withCurrentKeys(client, client.jwksUri);
  };
}
