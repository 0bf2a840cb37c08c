import type { KoaContextWithOIDC } from 'oidc-provider';
import { inSeconds } from '#platform/durations.ts';
import type { Consent } from '#relying-parties/consents-store.ts';
import { LIFETIMES } from './lifetimes.ts';

type FindConsent = (which: { citizenId: string; clientId: string }) => Promise<Consent | undefined>;

/**
 * The grant of this session for this relying party. The session knows its own; a new session finds what the citizen
 * agreed to before in PostgreSQL and gets a grant of its own from it. So consent is remembered for ever and a grant
 * dies with its sign-out.
 */
export function createLoadExistingGrant({ findConsent }: { findConsent: FindConsent }) {
  return async (ctx: KoaContextWithOIDC) => {
    const { client, session, account, provider, result } = ctx.oidc;
    if (client === undefined || session === undefined || account === undefined) return undefined;
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    if (known !== undefined && known.accountId === account.accountId) return known;
    const consent = await findConsent({ citizenId: account.accountId, clientId: client.clientId });
    if (consent === undefined) return undefined;
    const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
    applyConsent(grant, consent);
    await grant.save();
    return grant;
  };
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
