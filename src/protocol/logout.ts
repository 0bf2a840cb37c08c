import type { Provider } from 'oidc-provider';

/** Notes that a relying party must be told of a sign-out; resolves when it can no longer be forgotten. */
export type OweLogout = (owed: { clientId: string; citizenId: string; sid: string | undefined }) => Promise<void>;

type DeliverLogout = (owed: { clientId: string; citizenId: string; sid: string | undefined }) => Promise<void>;

/**
 * The library POSTs logout tokens while the citizen waits and never tries again. Here its Client is made to note
 * what is owed in PostgreSQL instead (OpenID Connect Back-Channel Logout 1.0 section 2.5 leaves the sending open);
 * the answer is the library's own sending, which signs a fresh token at every attempt.
 */
export function sendLogoutsThroughOutbox(provider: Provider, oweLogout: OweLogout): DeliverLogout {
  const { Client } = provider;
  const send = Client.prototype.backchannelLogout;

  Client.prototype.backchannelLogout = async function owe(citizenId: string, sid: string) {
    await oweLogout({ clientId: this.clientId, citizenId, sid });
  };

  return async ({ clientId, citizenId, sid }) => {
    const client = await Client.find(clientId);
    // A relying party that is gone, or no longer wants to be told, is owed nothing.
    if (client?.backchannelLogoutUri === undefined) return;
    await send.call(client, citizenId, sid ?? '');
  };
}
