import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Proof } from '#citizens/proofs.ts';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import { isPastAbsoluteEnd } from './lifetimes.ts';
import { proofsOfSession } from './session-proofs.ts';

/** Who is signed in at this browser, for pages that no relying party asked for. There is one browser session: the library's own. */
export type FindCurrentSession = (ctx: Context) => Promise<CurrentSession | undefined>;

/** `proofs` are what the citizen did to prove who they are, each with its own time. */
export type CurrentSession = { citizenId: string; uid: string; proofs: readonly Proof[] };

export function createFindCurrentSession({
  provider,
  clock,
}: {
  provider(): Provider;
  clock: Clock;
}): FindCurrentSession {
  return async (ctx) => {
    const session = await provider().Session.get(ctx as KoaContextWithOIDC);
    const { accountId, uid, loginTs, transient } = session;
    const isShared = transient === true;
    if (accountId === undefined || isPastAbsoluteEnd({ isShared, loginTs, nowInSeconds: epochSeconds(clock) }))
      return undefined;
    return { citizenId: accountId, uid, proofs: proofsOfSession(session) };
  };
}
