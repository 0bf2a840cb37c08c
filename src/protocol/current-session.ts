import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import { isPastAbsoluteEnd } from './lifetimes.ts';

/** Who is signed in at this browser, for pages that no relying party asked for. There is one browser session: the library's own. */
export type FindCurrentSession = (ctx: Context) => Promise<{ citizenId: string; uid: string } | undefined>;

export function createFindCurrentSession({
  provider,
  clock,
}: {
  provider(): Provider;
  clock: Clock;
}): FindCurrentSession {
  return async (ctx) => {
    const { accountId, uid, loginTs, transient } = await provider().Session.get(ctx as KoaContextWithOIDC);
    const isShared = transient === true;
    if (accountId === undefined || isPastAbsoluteEnd({ isShared, loginTs, nowInSeconds: epochSeconds(clock) }))
      return undefined;
    return { citizenId: accountId, uid };
  };
}
