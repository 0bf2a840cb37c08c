import type Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { sendFont, sendStyleSheet } from '../web/assets.ts';
import { html } from '../web/html.ts';
import { type Language, languageOf, rememberLanguage } from '../web/language.ts';
import { type Look, type Page, sendPage } from '../web/page.ts';
import { securityHeaders } from '../web/security-headers.ts';
import type { Log } from '../web/serve.ts';
import type { FaultSwitch } from './faults.ts';
import { addSwitchRoutes, faultsLink } from './switch-routes.ts';

type Needs = {
  /** What the service is for. */
  router: Router;
  firstPage(language: Language, ctx: Context): Pick<Page, 'title' | 'body'>;
  faults: FaultSwitch;
  look: Look;
  log: Log;
};

/** A demo service of somebody else's: a first page that shows what it knows, and the switch for its faults. */
export function createOutsideApp({ router, firstPage, faults, look, log }: Needs): Koa {
  router
    .get('/', (ctx) => {
      const language = languageOf(ctx);
      const { title, body } = firstPage(language, ctx);
      sendPage(ctx, { look, page: { title, body: html`${body}\n${faultsLink(language)}` } });
    })
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' };
    })
    .get('/style.css', sendStyleSheet)
    .get('/vazirmatn.woff2', sendFont);
  addSwitchRoutes(router, { faults, look, log });

  const app = new Koa();
  app.use(securityHeaders({ formsMayLeadTo: [] }));
  app.use(rememberLanguage);
  app.use(router.routes());
  return app;
}
