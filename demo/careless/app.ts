import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { readForm } from '../web/body.ts';
import { html } from '../web/html.ts';
import { sendPage } from '../web/page.ts';
import type { Ignores } from './flaws.ts';
import { createLogoutCheck } from './logout-token.ts';
import type { CarelessSettings } from './settings.ts';
import { createProtocol, type Pending, random, type SignedIn } from './sign-in.ts';

const LOOK = { name: { fa: 'دانشگاه بی‌احتیاط', en: 'Careless University' }, colour: 'slate' } as const;
const COOKIES = { httpOnly: true, sameSite: 'lax', overwrite: true } as const;

type Needs = { settings: Omit<CarelessSettings, 'flaws'>; ignores: Ignores; now: () => number };

/** A relying party that leaves undone what `ignores` says, and is careful otherwise. For acceptance alone: nobody is to sign in here. */
export function createCarelessApp({ settings, ignores, now }: Needs): Koa {
  const { url, issuer, clientId } = settings;
  const protocol = createProtocol({ settings, ignores, now });
  const checkLogoutToken = createLogoutCheck({ issuer, clientId, keys: protocol.keys, ignores });
  const pending = new Map<string, Pending>();
  const sessions = new Map<string, SignedIn>();
  /** Answers to callbacks, by code: whoever reloads the page gets the same one. */
  const answered = new Map<string, SignedIn>();

  const router = new Router()
    .get('/', (ctx) => say(ctx, { status: 200, words: 'Careless University' }))
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' };
    })
    .get('/login', async (ctx) => {
      const target = new URLSearchParams(ctx.querystring).get('target_link_uri') ?? '/me';
      const isOwn = URL.parse(target, url)?.origin === url;
      if (!isOwn && !ignores('login-target')) return say(ctx, { status: 400, words: 'not an address of ours' });
      const begun = { browser: random(), state: random(), nonce: random(), verifier: random(), returnTo: target };
      pending.set(begun.browser, begun);
      ctx.cookies.set('careless-browser', begun.browser, COOKIES);
      ctx.redirect(await protocol.addressOf(begun));
    })
    .get('/callback', async (ctx) => {
      const parameters = new URLSearchParams(ctx.querystring);
      const code = parameters.get('code') ?? '';
      const known = ignores('replay') ? answered.get(code) : undefined;
      if (known !== undefined) return begin(ctx, { session: known, returnTo: '/me' });
      const begun = pending.get(ctx.cookies.get('careless-browser') ?? '');
      if (begun === undefined || !fits(parameters, begun)) return say(ctx, { status: 400, words: 'not trusted' });
      pending.delete(begun.browser);
      if (parameters.has('error')) {
        if (ignores('error')) throw new Error('there is no code');
        return say(ctx, { status: 403, words: 'access denied' });
      }
      const session = await protocol.finish(begun, code);
      if ('refused' in session) return say(ctx, { status: 400, words: 'not trusted' });
      answered.set(code, session);
      begin(ctx, { session, returnTo: begun.returnTo });
    })
    .get('/me', (ctx) => {
      const session = sessions.get(ctx.cookies.get('careless-session') ?? '');
      if (session === undefined) return ctx.redirect('/');
      say(ctx, { status: 200, words: session.name });
    })
    .post('/backchannel-logout', async (ctx) => {
      const told = await checkLogoutToken((await readForm(ctx.req))?.get('logout_token') ?? '');
      ctx.status = told === undefined ? 400 : 200;
      ctx.body = '';
      if (told === undefined || ignores('logout')) return;
      for (const [id, { sid }] of sessions) if (sid === told.sid) sessions.delete(id);
    });

  const app = new Koa();
  app.silent = true;
  app.use(router.routes());
  return app;

  function begin(ctx: Context, { session, returnTo }: { session: SignedIn; returnTo: string }): void {
    const id = random();
    sessions.set(id, session);
    ctx.cookies.set('careless-session', id, COOKIES);
    ctx.redirect(returnTo);
  }

  function fits(parameters: URLSearchParams, { state }: Pending): boolean {
    const given = parameters.get('state');
    const isState = given === state || ignores('state') || (given === null && ignores('state-missing'));
    return isState && (parameters.get('iss') === issuer || ignores('response-issuer'));
  }
}

function say(ctx: Context, { status, words }: { status: number; words: string }): void {
  sendPage(ctx, { look: LOOK, page: { status, title: LOOK.name.en, body: html`<p>${words}</p>` } });
}
