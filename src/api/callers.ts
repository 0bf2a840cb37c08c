import type { IncomingMessage } from 'node:http';
import type { AuditEvents } from '#audit/events.ts';
import { networkOf } from '#platform/http/client-address.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { createAccessTokens } from './access-tokens.ts';
import type { ApiScope } from './api-resource.ts';
import { readAuthorization, valuesOf } from './authorization-header.ts';
import type { createDpopProofs } from './dpop-proofs.ts';
import type { CallLimits } from './limits.ts';
import { Problem } from './problem.ts';

/** A service of an organisation, with what its token and its agreement both allow. */
export type Caller = {
  clientId: string;
  organisationId: string;
  scopes: readonly string[];
  /** As authors are written in revisions and audit. */
  by: string;
};

type Needs = {
  tokens: ReturnType<typeof createAccessTokens>;
  proofs: ReturnType<typeof createDpopProofs>;
  limits: Pick<CallLimits, 'checkStranger' | 'countStranger'>;
  /** Active ones alone. */
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  findOrganisation(id: string): Promise<{ stage: string } | undefined>;
  addressOf(request: IncomingMessage): string;
  issuer: string;
  audit: Pick<AuditEvents, 'apiCallRefused'>;
};

export function createCallers(needs: Needs) {
  const { tokens, proofs, limits, findRelyingParty, findOrganisation, addressOf, issuer, audit } = needs;

  return {
    /** @throws Problem of who it is, and of what it may. */
    async identify(request: IncomingMessage, { path, scope }: { path: string; scope: ApiScope }): Promise<Caller> {
      const network = networkOf(addressOf(request));
      await limits.checkStranger(network);
      const caller = await recognise(request, path).catch(async (error) => {
        if (!(error instanceof Problem)) throw error;
        if (error.kind === 'token-invalid') await limits.countStranger(network);
        throw new Problem(error.kind, {
          headers: { ...error.headers, 'WWW-Authenticate': challengeFor(error.kind, scope) },
          cause: error,
        });
      });
      if (!caller.scopes.includes(scope)) {
        void audit.apiCallRefused({ clientId: caller.clientId, reason: 'scope', scope });
        throw new Problem('insufficient-scope', {
          scope,
          headers: { 'WWW-Authenticate': challengeFor('insufficient-scope', scope) },
        });
      }
      const organisation = await findOrganisation(caller.organisationId);
      if (organisation === undefined || organisation.stage === 'suspended') {
        void audit.apiCallRefused({ clientId: caller.clientId, reason: 'organisation', scope });
        throw new Problem('organisation-suspended');
      }
      return caller;
    },
  };

  async function recognise(request: IncomingMessage, path: string): Promise<Caller> {
    const { scheme, token } = readAuthorization(request);
    const { clientId, scopes, boundTo } = await tokens.verify(token);
    // A bound token that is sent as Bearer would be good for whoever found it.
    if ((scheme === 'dpop') !== (boundTo !== undefined)) throw new Problem('token-invalid');
    if (boundTo !== undefined) {
      const uri = `${issuer}${path}`;
      await proofs.check({ proofs: valuesOf(request, 'dpop'), token, boundTo, method: request.method ?? '', uri });
    }
    const relyingParty = await findRelyingParty(clientId);
    if (relyingParty === undefined) throw new Problem('token-invalid');
    const { organisationId, agreement } = relyingParty;
    // An agreement that has shrunk since the token was issued counts as it is now.
    const agreed = scopes.filter((name) => agreement.scopes.includes(name));
    return { clientId, organisationId, scopes: agreed, by: `client:${clientId}` };
  }

  function challengeFor(kind: string, scope: ApiScope): string {
    const error = { 'token-invalid': 'invalid_token', 'insufficient-scope': 'insufficient_scope' }[kind];
    const parameters = [
      ...(error === undefined ? [] : [`error="${error}"`]),
      `scope="${scope}"`,
      `resource_metadata="${issuer}/.well-known/oauth-protected-resource/api"`,
    ].join(', ');
    return `Bearer ${parameters}, DPoP algs="ES256 EdDSA Ed25519", ${parameters}`;
  }
}
