import type { Provider } from 'oidc-provider';
import type { Agreement, RelyingParty } from '#relying-parties/relying-party.ts';

type Grant = InstanceType<Provider['Grant']>;
type Find = (id: string, options?: { ignoreExpiration?: boolean }) => Promise<Grant | undefined>;
type FindRelyingParty = (clientId: string) => Promise<RelyingParty | undefined>;

/**
 * A grant holds what a citizen allowed, for as long as it lives; an agreement may have shrunk, ended or run out since.
 * Whatever reads a grant (a code, a refresh, userinfo, introspection) reads it cut down to what is agreed at that
 * moment. What is stored stays whole, so that a citizen is not asked again when an agreement is renewed.
 */
export function cutGrantsToAgreement(provider: Provider, { findRelyingParty }: { findRelyingParty: FindRelyingParty }) {
  const { Grant } = provider;
  const find = Grant.find.bind(Grant) as Find;
  const findCut: Find = async (...asked) => {
    const grant = await find(...asked);
    const relyingParty = grant?.clientId === undefined ? undefined : await findRelyingParty(grant.clientId);
    if (grant !== undefined && relyingParty !== undefined) cutGrant(grant, relyingParty.agreement);
    return grant;
  };
  Object.assign(Grant, { find: findCut });
}

/** In memory alone: new objects, because the stored ones may be shared with who else reads them. */
export function cutGrant(grant: Grant, agreement: Agreement): void {
  const scopes = new Set(['openid', ...agreement.scopes]);
  const claims = new Set(agreement.claims.map(({ claim }) => claim));
  const kept = (names: string) => names.split(' ').filter((name) => scopes.has(name));
  if (grant.openid !== undefined) {
    const scope = kept(grant.openid.scope ?? '').join(' ');
    const allowed = grant.openid.claims?.filter((claim) => claims.has(claim));
    grant.openid = { ...(scope !== '' && { scope }), ...(allowed !== undefined && { claims: allowed }) };
  }
  if (grant.resources !== undefined) {
    const resources = Object.entries(grant.resources).map(([name, names]) => [name, kept(names).join(' ')] as const);
    grant.resources = Object.fromEntries(resources.filter(([, names]) => names !== ''));
  }
}

/** What is left of scopes that were given out before. */
export function agreedScopesOf(scope: string, agreement: Agreement): string {
  const agreed = new Set(['openid', ...agreement.scopes]);
  return scope
    .split(' ')
    .filter((name) => agreed.has(name))
    .join(' ');
}
