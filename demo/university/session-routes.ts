import type { Context } from 'koa';
import * as oidc from 'openid-client';
import { languageOf } from '../web/language.ts';
import { isFromOwnPage } from '../web/security-headers.ts';
import { homePage, mePage, messagePage, signOutPage } from './pages.ts';
import { refreshSignIn, signOutAddress } from './sign-in.ts';
import { text } from './text.ts';
import { sessionOf, show, type University } from './university.ts';

export function createSessionRoutes(university: University) {
  const goTo = (ctx: Context, address: string): void => {
    ctx.status = 303;
    ctx.set('Location', address);
    ctx.body = '';
  };
  const showMessage = (ctx: Context, message: Parameters<typeof messagePage>[1]): void =>
    show(university, { ctx, page: (language) => messagePage(language, message) });
  const endSession = (ctx: Context, id: string): void => {
    university.sessions.end(id);
    ctx.cookies.set(university.cookies.session, null, university.cookieOptions);
  };

  return {
    home(ctx: Context): void {
      const isSignedIn = sessionOf(university, ctx) !== undefined;
      show(university, { ctx, page: (language) => homePage(language, { isSignedIn }) });
    },

    /** The page that only a signed-in person sees. */
    async me(ctx: Context): Promise<void> {
      const session = sessionOf(university, ctx);
      if (session === undefined) return goTo(ctx, '/');
      const elsewhere = {
        by: university.settings.otherName,
        said: await university.readSaidElsewhere(session.userinfo),
      };
      show(university, { ctx, page: (language) => mePage(language, session, elsewhere) });
    },

    async refresh(ctx: Context): Promise<void> {
      if (!isFromOwnPage(ctx, university.settings.url))
        return showMessage(ctx, { status: 403, title: text.badRequest, body: text.badRequestText });
      const session = sessionOf(university, ctx);
      const provider = await university.findProvider();
      if (session?.refreshToken === undefined) return goTo(ctx, '/');
      if (provider === undefined)
        return showMessage(ctx, { status: 503, title: text.unreachable, body: text.unreachableText });
      try {
        const { refreshToken } = session;
        university.sessions.renew(
          session.id,
          await refreshSignIn(provider, { own: university.own, session, refreshToken }),
        );
        university.log('refreshed');
        goTo(ctx, '/me');
      } catch (error) {
        university.log('refresh refused', { reason: error instanceof Error ? error.message : 'unknown' });
        if (!isRefusedByProvider(error))
          return showMessage(ctx, { status: 503, title: text.unreachable, body: text.unreachableText });
        endSession(ctx, session.id);
        showMessage(ctx, { title: text.accessEnded, body: text.accessEndedText });
      }
    },

    askToSignOut(ctx: Context) {
      if (sessionOf(university, ctx) === undefined) return goTo(ctx, '/');
      show(university, { ctx, page: signOutPage });
    },

    /** Ends our own session first: whatever happens at the provider, this university is left. */
    async signOut(ctx: Context): Promise<void> {
      if (!isFromOwnPage(ctx, university.settings.url))
        return showMessage(ctx, { status: 403, title: text.badRequest, body: text.badRequestText });
      const session = sessionOf(university, ctx);
      if (session === undefined) return goTo(ctx, '/signed-out');
      endSession(ctx, session.id);
      university.log('signed out');
      const provider = await university.findProvider();
      if (provider === undefined) return goTo(ctx, '/signed-out');
      goTo(ctx, signOutAddress(provider, { own: university.own, session, language: languageOf(ctx) }).href);
    },

    signedOut(ctx: Context): void {
      showMessage(ctx, { title: text.signedOut, body: text.signedOutText });
    },
  };
}

/** The token endpoint's own no, such as invalid_grant; anything else may pass. */
function isRefusedByProvider(error: unknown): boolean {
  return error instanceof oidc.ResponseBodyError && error.status < 500;
}
