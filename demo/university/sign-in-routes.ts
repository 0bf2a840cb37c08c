import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import * as oidc from 'openid-client';
import { readForm } from '../web/body.ts';
import { languageOf } from '../web/language.ts';
import { readLoginRequest } from './login-request.ts';
import { messagePage } from './pages.ts';
import { PENDING_LIFETIME } from './pending-sign-ins.ts';
import { finishSignIn, startSignIn } from './sign-in.ts';
import { text } from './text.ts';
import { show, type University } from './university.ts';

export function createSignInRoutes(university: University) {
  return {
    /** GET or POST /login: our own button and third-party initiated login. */
    async login(ctx: Context): Promise<void> {
      const parameters = ctx.method === 'POST' ? await readForm(ctx.req) : new URLSearchParams(ctx.querystring);
      const asked = parameters && readLoginRequest(parameters, university.settings);
      if (asked?.outcome !== 'start') {
        university.log('login request refused', { reason: asked?.reason ?? 'no form' });
        return show(university, {
          ctx,
          page: (language) => messagePage(language, { status: 400, title: text.badRequest, body: text.badRequestText }),
        });
      }
      const provider = await university.findProvider();
      if (provider === undefined) return showUnreachable(university, ctx);
      const start = await startSignIn(provider, { ...asked, own: university.own, language: languageOf(ctx) });
      const browser = browserOf(university, ctx) ?? randomBytes(32).toString('base64url');
      university.pendingSignIns.add(start.state, { ...start, browser, returnTo: asked.returnTo });
      ctx.cookies.set(university.cookies.browser, browser, { ...university.cookieOptions, maxAge: PENDING_LIFETIME });
      redirect(ctx, start.address.href);
    },

    /** GET /callback: the browser comes back from the provider. Whatever goes wrong, an existing session stays as it is. */
    async callback(ctx: Context): Promise<void> {
      const state = new URLSearchParams(ctx.querystring).get('state') ?? '';
      const pending = university.pendingSignIns.take(state, { browser: browserOf(university, ctx) });
      if (pending === undefined)
        return showUntrusted(university, { ctx, error: new Error('no sign-in of this browser has that state') });
      const provider = await university.findProvider();
      if (provider === undefined) return showUnreachable(university, ctx);
      try {
        const values = await finishSignIn(provider, { own: university.own, query: ctx.querystring, state, pending });
        university.students.note(values.sub, values.userinfo);
        // A new id at each sign-in, and the session before it ends: a planted cookie is worth nothing.
        university.sessions.end(ctx.cookies.get(university.cookies.session) ?? '');
        const session = university.sessions.begin(values);
        ctx.cookies.set(university.cookies.session, session.id, university.cookieOptions);
        university.log('signed in');
        redirect(ctx, pending.returnTo);
      } catch (error) {
        showFailure(university, { ctx, error });
      }
    },
  };
}

function showFailure(university: University, { ctx, error }: { ctx: Context; error: unknown }) {
  if (!(error instanceof oidc.AuthorizationResponseError)) return showUntrusted(university, { ctx, error });
  const code = /^[a-z_]{1,60}$/.test(error.error) ? error.error : 'error';
  university.log('the provider answered with an error', { code });
  const message =
    code === 'access_denied'
      ? { status: 403, title: text.denied, body: text.deniedText }
      : { status: 400, title: text.providerRefused, body: text.providerRefusedText, code };
  show(university, { ctx, page: (language) => messagePage(language, message) });
}

function showUntrusted(university: University, { ctx, error }: { ctx: Context; error: unknown }): void {
  university.log('answer refused', { reason: reasonOf(error) });
  show(university, {
    ctx,
    page: (language) => messagePage(language, { status: 400, title: text.untrusted, body: text.untrustedText }),
  });
}

function showUnreachable(university: University, ctx: Context): void {
  university.log('the provider cannot be reached');
  ctx.set('Retry-After', '2');
  show(university, {
    ctx,
    page: (language) => messagePage(language, { status: 503, title: text.unreachable, body: text.unreachableText }),
  });
}

function browserOf(university: University, ctx: Context): string | undefined {
  return ctx.cookies.get(university.cookies.browser);
}

/** The messages of these libraries name what was wrong, not the values. */
function reasonOf(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError) return `${error.message}: ${error.error}`;
  return error instanceof Error ? error.message : 'unknown';
}

function redirect(ctx: Context, address: string): void {
  ctx.status = 303;
  ctx.set('Location', address);
  ctx.body = '';
}
