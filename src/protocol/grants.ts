import type { KoaContextWithOIDC } from 'oidc-provider';
import { inSeconds } from '#platform/durations.ts';
import type { Consent } from '#relying-parties/consents-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { cutGrant } from './agreed-grants.ts';
import { CONSOLE_CLIENT_ID } from './console-client.ts';
import { LIFETIMES } from './lifetimes.ts';
import { OWN_CLIENT_ID } from './own-client.ts';

type FindConsent = (which: { citizenId: string; clientId: string }) => Promise<Consent | undefined>;

/**
 * The grant of this session for this relying party. The session knows its own; a new session finds what the citizen
 * agreed to before in PostgreSQL and gets a grant of its own from it. So consent is remembered for ever and a grant
 * dies with its sign-out.
 */
export function createLoadExistingGrant({
  findConsent,
  findRelyingParty,
}: {
  findConsent: FindConsent;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
}) {
  return async (ctx: KoaContextWithOIDC) => {
    const { client, session, account, provider, result } = ctx.oidc;
    if (client === undefined || session === undefined || account === undefined) return undefined;
    if (client.clientId === OWN_CLIENT_ID) return ownGrant(provider, account.accountId);
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    if (known !== undefined && known.accountId === account.accountId) return known;
    if (client.clientId === CONSOLE_CLIENT_ID) return consoleGrant(provider, account.accountId);
    const consent = await findConsent({ citizenId: account.accountId, clientId: client.clientId });
    if (consent === undefined) return undefined;
    const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
    applyConsent(grant, consent);
    await grant.save();
    const relyingParty = await findRelyingParty(client.clientId);
    if (relyingParty !== undefined) cutGrant(grant, relyingParty.agreement);
    return grant;
  };
}

/** Nothing leaves the provider, so there is nothing to ask and nothing to store. */
function ownGrant(provider: KoaContextWithOIDC['oidc']['provider'], accountId: string): Grant {
  const grant = new provider.Grant({ accountId, clientId: OWN_CLIENT_ID });
  grant.addOIDCScope('openid');
  return grant;
}

/** Operators sign in to their work: no claim is released, so there is nothing to agree to. The code points at it. */
async function consoleGrant(provider: KoaContextWithOIDC['oidc']['provider'], accountId: string): Promise<Grant> {
  const grant = new provider.Grant({ accountId, clientId: CONSOLE_CLIENT_ID });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

type Grant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']>;

export function applyConsent(grant: Grant, { scopes, claims, refusedClaims, resources }: Consent): void {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  if (refusedClaims.length > 0) grant.rejectOIDCClaims([...refusedClaims]);
  for (const [resource, resourceScopes] of Object.entries(resources))
    grant.addResourceScope(resource, resourceScopes.join(' '));
}

/** Seconds. With offline_access the grant carries refresh tokens beyond the session. */
export function grantLifetime(grant: { getOIDCScope(): string }): number {
  const isOffline = grant.getOIDCScope().split(' ').includes('offline_access');
  return inSeconds(isOffline ? LIFETIMES.grantBeyondSession : LIFETIMES.sessionAbsolute);
}
