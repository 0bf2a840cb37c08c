import type { Provider } from 'oidc-provider';
import type { RelyingParty } from '#relying-parties/relying-party.ts';

type Registry = {
  find(clientId: string): Promise<RelyingParty | undefined>;
  isSecretOf(clientId: string, presented: string): Promise<boolean>;
  openSecrets(relyingParty: RelyingParty): string[];
};

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;
/** What the library verifies assertions of client_secret_jwt with; tests/journeys/tokens.test.ts pins it. */
type KeyStore = { clear(): void; add(key: { kty: 'oct'; use: 'sig'; alg: string; k: string }): void };

/**
 * The library keeps one secret of a client, in clear. Ours may have two, and are kept hashed or sealed: what is presented
 * is compared by the registry, and what is signed is verified with every secret that holds at that moment.
 */
export function checkClientSecrets(provider: Provider, registry: Registry): void {
  const { Client } = provider;
  const find = Client.find.bind(Client);
  const loaded = new WeakMap<Client, RelyingParty>();

  // The library waits for the answer, though its own is none to wait for.
  Object.assign(Client.prototype, {
    compareClientSecret(this: Client, presented: string): Promise<boolean> {
      return registry.isSecretOf(this.clientId, presented);
    },
  });

  async function withCurrentSecrets(client: Client): Promise<Client> {
    const relyingParty = await registry.find(client.clientId);
    if (relyingParty === undefined || loaded.get(client) === relyingParty) return client;
    const { symmetricKeyStore: keys } = client as unknown as { symmetricKeyStore: KeyStore };
    keys.clear();
    for (const secret of registry.openSecrets(relyingParty))
      keys.add({ kty: 'oct', use: 'sig', alg: 'HS256', k: Buffer.from(secret).toString('base64url') });
    loaded.set(client, relyingParty);
    return client;
  }

  Client.find = async (clientId: string) => {
    const client = await find(clientId);
    return client?.tokenEndpointAuthMethod === 'client_secret_jwt' ? withCurrentSecrets(client) : client;
  };
}
