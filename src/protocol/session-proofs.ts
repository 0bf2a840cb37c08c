import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { AUTHENTICATION_METHODS, amrOf } from '#citizens/authentication-levels.ts';
import { newestProofs, type Proof, strongestOf } from '#citizens/proofs.ts';
import { SECOND } from '#platform/durations.ts';
import type { BoundBrowser } from './bound-browser.ts';

/**
 * What the citizen of a session did to prove who they are, each thing with its own time. The list is a member of the
 * library's own session record, so it costs no request to the store and lives and dies with the session.
 */
const MEMBER = 'proofs';

const shape = z.array(z.object({ method: z.enum(AUTHENTICATION_METHODS), at: z.number() }));

type Session = NonNullable<KoaContextWithOIDC['oidc']['session']>;
type Login = { accountId?: unknown; [MEMBER]?: unknown } | undefined;

/** Of a session written before there was such a list we know that there was a password, and when. */
export function proofsOfSession(session: Pick<Session, 'loginTs'> & object): Proof[] {
  const kept = MEMBER in session ? session[MEMBER] : undefined;
  if (kept !== undefined) return shape.parse(kept);
  return session.loginTs === undefined ? [] : [{ method: 'password', at: session.loginTs * SECOND }];
}

/** What was proven on the way of this very request; nothing when nobody was asked for anything. */
export function proofsOfLogin(login: Login): Proof[] {
  return login?.[MEMBER] === undefined ? [] : shape.parse(login[MEMBER]);
}

type Finished = { citizenId: string; proofs: readonly Proof[]; isShared: boolean; browser: string };

/** The result of a sign-in, as the library and `keepProofs` take it; only the browser of that mark may use it. */
export function loginOf({ citizenId, proofs, isShared, browser }: Finished) {
  const strongest = strongestOf(proofs);
  return {
    accountId: citizenId,
    remember: !isShared,
    ...(strongest === undefined ? {} : { acr: strongest.acr, amr: amrOf(strongest.methods) }),
    [MEMBER]: [...proofs],
    browser,
  };
}

/** Lets sessions carry their proofs, and adds those of each finished sign-in to those that were there. */
export function keepProofs(provider: Provider, { browsers }: { browsers: Pick<BoundBrowser, 'isMarkOf'> }): void {
  const inPayload = provider.Session.IN_PAYLOAD;
  Object.defineProperty(provider.Session, 'IN_PAYLOAD', { get: () => [...inPayload, MEMBER] });
  provider.on('interaction.ended', (ctx) => {
    const { session, result } = ctx.oidc;
    if (session === undefined || result?.login === undefined) return;
    if (!browsers.isMarkOf(ctx, result.login.browser)) {
      // Nothing of it is kept: neither the session nor the sign-in, which the library has taken away already.
      Object.assign(session, { destroyed: true });
      throw new errors.SessionNotFound('the sign-in was finished in another browser');
    }
    // Another citizen's session has been ended by the library before it comes to this.
    const before = MEMBER in session ? proofsOfSession(session) : [];
    const proofs = newestProofs(before, proofsOfLogin(result.login));
    const strongest = strongestOf(proofs);
    Object.assign(session, {
      [MEMBER]: proofs,
      acr: strongest?.acr,
      amr: strongest === undefined ? undefined : amrOf(strongest.methods),
      loginTs: signInTimeAfter(before, proofs),
    });
  });
}

/**
 * Seconds. The session's cookie is told apart from the one before the sign-in by this time, so it moves with every rise,
 * by a second at least: the old value must not rise with it.
 */
function signInTimeAfter(before: readonly Proof[], after: readonly Proof[]): number {
  const newest = (proofs: readonly Proof[]) => Math.floor(Math.max(0, ...proofs.map(({ at }) => at)) / SECOND);
  const hasRisen =
    before.length > 0 &&
    after.some((proof) => !before.some(({ method, at }) => method === proof.method && at === proof.at));
  return hasRisen ? Math.max(newest(after), newest(before) + 1) : newest(after);
}
