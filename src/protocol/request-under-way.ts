import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { RequestUnderWay } from '#sessions/adapter.ts';

/** 200 characters tell a browser from another; a User-Agent may be of any length. */
const LONGEST_DEVICE = 200;

/**
 * The request that the library is answering at this moment, as far as storage needs to know it. What a request writes
 * goes on while the library works, and no answer leaves before all of it is stored: `awaitWrites` belongs into every
 * provider that uses this.
 */
export function createRequestUnderWay({
  networkOf = () => '',
}: {
  networkOf?: (request: IncomingMessage) => string;
} = {}): RequestUnderWay & { awaitWrites(provider: Provider): void } {
  const writes = new WeakMap<object, Promise<unknown>[]>();

  return {
    scope: context,
    later(writing) {
      const ctx = context();
      if (ctx === undefined) return writing;
      // Whoever awaits the request hears of it; until then it is nobody's unhandled rejection.
      writing.catch(() => undefined);
      const known = writes.get(ctx);
      if (known === undefined) writes.set(ctx, [writing]);
      else known.push(writing);
      return Promise.resolve();
    },
    clientId() {
      const clientId = context()?.query.client_id;
      return typeof clientId === 'string' && clientId.length <= 255 ? clientId : undefined;
    },
    hasMovedOnFrom(cookie) {
      const session = context()?.oidc.session;
      return session !== undefined && session.jti !== cookie;
    },
    signsInAt: () => context()?.oidc.session?.loginTs,
    device: () => (context()?.get('user-agent') ?? '').slice(0, LONGEST_DEVICE),
    network() {
      const ctx = context();
      return ctx === undefined ? '' : networkOf(ctx.req);
    },

    awaitWrites(provider) {
      provider.use(async (ctx, next) => {
        try {
          await next();
        } catch (error) {
          await Promise.allSettled(writes.get(ctx) ?? []);
          throw error;
        }
        try {
          await Promise.all(writes.get(ctx) ?? []);
        } catch (error) {
          answerNothingWasStored(provider, ctx, error);
        }
      });
    },
  };
}

/** As the library answers a store that fails under its hands: an error in JSON, or for browsers what is thrown becomes a page. */
function answerNothingWasStored(provider: Provider, ctx: Context, error: unknown): void {
  ctx.remove('Location');
  if (ctx.accepts('json', 'html') === 'html') throw error;
  ctx.status = 500;
  ctx.body = { error: 'server_error', error_description: 'oops! something went wrong' };
  provider.emit('server_error', ctx as KoaContextWithOIDC, error as Error);
}

function context(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}
