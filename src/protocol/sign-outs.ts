import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { HOUR } from '#platform/durations.ts';
import { createSecretCookie } from '#platform/http/secret-cookie.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { OweLogout } from './logout.ts';
import { OWN_CLIENT_ID } from './own-client.ts';

/**
 * Names one sign-out, for the page that says what came of it: the session is gone by then, so the browser holds a secret
 * instead, and the debts carry its hash.
 */
export type SignOuts = {
  /** The sign-out of this request; its browser gets a secret now. */
  nameFor(ctx: Context | KoaContextWithOIDC): string;
  /** The last sign-out of this browser; undefined where it holds no secret. */
  find(ctx: Context | KoaContextWithOIDC): string | undefined;
};

/** People close the page long before; what does not arrive in an hour is nothing to wait for in front of a screen. */
const LIVES = 1 * HOUR;

export function createSignOuts({ hash, isSecure }: { hash: KeyedHash; isSecure: boolean }): SignOuts {
  const cookie = createSecretCookie({ name: 'panjereh_signed_out', isSecure, livesMs: LIVES });
  const nameOf = (secret: string) => hash(`sign-out:${secret}`);
  return {
    nameFor(ctx) {
      ctx.state.signOut ??= nameOf(cookie.give(ctx as Context));
      return String(ctx.state.signOut);
    },
    find(ctx) {
      const secret = cookie.read(ctx as Context);
      return secret === undefined ? undefined : nameOf(secret);
    },
  };
}

/** The library passes over relying parties that gave no address to be told at: the citizen is told of them all the same. */
export function noteThoseNotTold(
  provider: Provider,
  { oweLogout, signOuts }: { oweLogout: OweLogout; signOuts: SignOuts },
): void {
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    const citizenId = oidc?.session?.accountId;
    if (ctx.path !== '/logout/confirm' || ctx.status !== 303 || citizenId === undefined || !oidc.params?.logout) return;
    for (const clientId of Object.keys(oidc.session?.authorizations ?? {})) {
      if (clientId === OWN_CLIENT_ID) continue;
      const client = await provider.Client.find(clientId).catch(() => undefined);
      if (client !== undefined && client.backchannelLogoutUri === undefined)
        await oweLogout({
          clientId,
          citizenId,
          signOut: signOuts.nameFor(ctx as KoaContextWithOIDC),
          takesPart: false,
        }).catch(() => undefined);
    }
  });
}
