import type { Context } from 'koa';
import { Refusal } from '#platform/http/refusal.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';

export type OpenNeeds = {
  issuer: string;
  relyingParties: { find(clientId: string): Promise<RelyingParty | undefined> };
};

/** Opens a service already signed in: it is asked to begin a sign-in with us (OpenID Connect Core 1.0 section 4). */
export function createOpenStep({ issuer, relyingParties }: OpenNeeds) {
  return {
    async go(ctx: Context): Promise<void> {
      const relyingParty = await relyingParties.find(String(ctx.params.clientId));
      const start = relyingParty?.state === 'active' ? relyingParty.metadata.initiate_login_uri : undefined;
      if (start === undefined) throw new Refusal('not-found', 404);
      const url = new URL(start);
      url.searchParams.set('iss', issuer);
      ctx.status = 303;
      ctx.redirect(url.href);
    },
  };
}
