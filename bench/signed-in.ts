import { randomUUID } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { cast } from './cast.ts';

type Grant = InstanceType<Provider['Grant']>;

/** Seconds: as long as ours live, on both sides. */
const LIFETIMES = { session: 3600, grant: 180 * 86_400, refreshToken: 30 * 86_400 };

/**
 * A citizen who signed in earlier and allowed both relying parties, made through the library's own models. The first
 * relying party also holds a refresh token. Answers bearer values: the cookie's and the token's.
 */
export async function signInBeforehand(
  provider: Provider,
  { accountId, acr, allow }: { accountId: string; acr?: string; allow(grant: Grant): void },
): Promise<{ sessionId: string; refreshToken: string }> {
  const grantIds = new Map<string, string>();
  const session = new provider.Session();
  session.loginAccount({ accountId, loginTs: nowInSeconds(), ...(acr === undefined ? {} : { acr, amr: ['pwd'] }) });
  for (const clientId of [cast.relyingParties.rs256, cast.relyingParties.es256]) {
    const grant = new provider.Grant({ accountId, clientId });
    allow(grant);
    const grantId = await keep(grant, LIFETIMES.grant);
    session.sidFor(clientId, randomUUID());
    session.grantIdFor(clientId, grantId);
    grantIds.set(clientId, grantId);
  }
  await keep(session, LIFETIMES.session);
  const grantId = grantIds.get(cast.relyingParties.rs256) ?? '';
  return { sessionId: session.jti, refreshToken: await saveRefreshToken(provider, { accountId, grantId }) };
}

async function saveRefreshToken(provider: Provider, of: { accountId: string; grantId: string }): Promise<string> {
  const client = await provider.Client.find(cast.relyingParties.rs256);
  if (client === undefined) throw new Error('the relying party that should hold refresh tokens is not there');
  const token = new provider.RefreshToken({
    ...of,
    client,
    scope: `${cast.scope} offline_access`,
    gty: 'authorization_code',
    authTime: nowInSeconds(),
  } as never);
  return keep(token, LIFETIMES.refreshToken);
}

/** The published types leave out that `save` takes the seconds to live. */
function keep(record: { save(seconds: number): Promise<string> }, seconds: number): Promise<string> {
  return record.save(seconds);
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
