import Router from '@koa/router';
import Koa from 'koa';
import { sendFont, sendStyleSheet } from '../web/assets.ts';
import { rememberLanguage } from '../web/language.ts';
import { securityHeaders } from '../web/security-headers.ts';
import { createBackChannelRoutes } from './back-channel-routes.ts';
import { messagePage } from './pages.ts';
import { createSessionRoutes } from './session-routes.ts';
import { createSignInRoutes } from './sign-in-routes.ts';
import { createSourceRoutes } from './source-routes.ts';
import { text } from './text.ts';
import { show, type University } from './university.ts';

export function createUniversityApp(university: University): Koa {
  const signIn = createSignInRoutes(university);
  const session = createSessionRoutes(university);
  const backChannel = createBackChannelRoutes(university);
  const source = createSourceRoutes(university);

  const router = new Router()
    .get('/', session.home)
    .get('/login', signIn.login)
    .post('/login', signIn.login)
    .get('/callback', signIn.callback)
    .get('/me', session.me)
    .post('/refresh', session.refresh)
    .get('/logout', session.askToSignOut)
    .post('/logout', session.signOut)
    .get('/signed-out', session.signedOut)
    .post('/backchannel-logout', backChannel.logout)
    .post('/claims-source', source.say)
    .get('/jwks', backChannel.keys)
    .get('/healthz', backChannel.health)
    .get('/style.css', sendStyleSheet)
    .get('/vazirmatn.woff2', sendFont);

  const app = new Koa();
  app.silent = true;
  // Where the address is https, a proxy of ours ends TLS and says so by X-Forwarded-Proto; nobody else reaches the loopback.
  app.proxy = university.settings.url.startsWith('https:');
  app.use(securityHeaders({ formsMayLeadTo: [new URL(university.settings.issuer).origin] }));
  app.use(async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && !ctx.body)
        show(university, { ctx, page: (language) => messagePage(language, { status: 404, title: text.notFound }) });
    } catch (error) {
      university.log('failed', { reason: error instanceof Error ? error.message : 'unknown' });
      show(university, { ctx, page: (language) => messagePage(language, { status: 500, title: text.failed }) });
    }
  });
  app.use(rememberLanguage);
  app.use(router.routes());
  return app;
}
