import { Provider } from 'oidc-provider';
import type { SignOuts } from './sign-outs.ts';

/** Notes that a relying party must be told of a sign-out; resolves when it can no longer be forgotten. */
export type OweLogout = (owed: {
  clientId: string;
  citizenId: string;
  sid?: string | undefined;
  /** Names the sign-out that it comes of. */
  signOut?: string | undefined;
  /** False: it cannot be told, and is noted for the citizen alone. */
  takesPart?: boolean;
}) => Promise<void>;

type DeliverLogout = (owed: {
  clientId: string;
  citizenId: string;
  sid?: string | undefined;
}) => Promise<{ status: number }>;

type SendLogout = (this: unknown, citizenId: string, sid: string) => Promise<void>;

/**
 * The library POSTs logout tokens while the citizen waits and never tries again. Here its Client is made to note
 * what is owed in PostgreSQL instead (OpenID Connect Back-Channel Logout 1.0 section 2.5 leaves the sending open);
 * the answer is the library's own sending, which signs a fresh token at every attempt.
 */
export function sendLogoutsThroughOutbox(
  provider: Provider,
  { oweLogout, signOuts }: { oweLogout: OweLogout; signOuts?: SignOuts | undefined },
): DeliverLogout {
  const { Client } = provider;
  const send = Client.prototype.backchannelLogout as SendLogout;

  Client.prototype.backchannelLogout = async function owe(this: { clientId: string }, citizenId: string, sid: string) {
    const { ctx } = Provider;
    const signOut = ctx === undefined ? undefined : signOuts?.nameFor(ctx);
    await oweLogout({ clientId: this.clientId, citizenId, sid, signOut });
  };

  return async ({ clientId, citizenId, sid }) => {
    const client = await Client.find(clientId);
    // A relying party that is gone, or no longer wants to be told, is owed nothing.
    if (client?.backchannelLogoutUri === undefined) return { status: 204 };
    try {
      await send.call(client, citizenId, sid ?? '');
      return { status: 200 };
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined) return { status };
      throw error;
    }
  };
}

/** The library hangs the relying party's answer on the error it throws. */
function statusOf(error: unknown): number | undefined {
  const response = error instanceof Error && 'response' in error ? error.response : undefined;
  return response instanceof Response ? response.status : undefined;
}
