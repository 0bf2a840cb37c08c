import type { Context } from 'koa';
import { readForm } from '../web/body.ts';
import type { University } from './university.ts';

/** What the provider itself asks of a university, without a browser in between. */
export function createBackChannelRoutes(university: University) {
  const { issuer, clientId, idTokenAlg } = university.settings;

  return {
    /** OpenID Connect Back-Channel Logout 1.0 section 2.5: 200 when done, 400 when the token is not to be believed. */
    async logout(ctx: Context): Promise<void> {
      const tokens = (await readForm(ctx.req))?.getAll('logout_token') ?? [];
      const [token] = tokens;
      if (token === undefined || tokens.length > 1) return answer(ctx, { status: 400, error: 'invalid_request' });
      const provider = await university.findProvider();
      if (provider === undefined) return answer(ctx, { status: 503, error: 'temporarily_unavailable' });
      const checked = await university.checkLogoutToken(token, {
        issuer,
        clientId,
        alg: idTokenAlg,
        keys: provider.keys,
      });
      switch (checked.outcome) {
        case 'keys-unavailable':
          return answer(ctx, { status: 503, error: 'temporarily_unavailable' });
        case 'refused':
          university.log('logout token refused', { reason: checked.reason });
          return answer(ctx, { status: 400, error: 'invalid_request' });
        case 'accepted':
          university.log('signed out by the provider', { sessions: university.sessions.endNamed(checked) });
          ctx.status = 200;
          ctx.body = '';
      }
    },

    /** The public half of the key that proves us in private_key_jwt. */
    keys(ctx: Context): void {
      ctx.body = { keys: [university.clientKey.publicJwk] };
      ctx.set('Cache-Control', 'public, max-age=60');
    },

    health(ctx: Context): void {
      ctx.body = { status: 'ok' };
    },
  };
}

function answer(ctx: Context, { status, error }: { status: number; error: string }): void {
  ctx.status = status;
  ctx.body = { error };
}
