import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import { refuse, requireBearer } from '../outside/api.ts';
import { createFaultSwitch } from '../outside/faults.ts';
import { createOutsideApp } from '../outside/outside-app.ts';
import { readBody } from '../web/body.ts';
import { html } from '../web/html.ts';
import type { Language } from '../web/language.ts';
import type { Look } from '../web/page.ts';
import type { Log } from '../web/serve.ts';
import type { Inbox, Message } from './inbox.ts';

const look: Look = { name: { fa: 'صندوق پیامک نمونه', en: 'Demo SMS inbox' }, colour: 'slate' };

const words = {
  fa: {
    title: 'پیامک‌ها',
    none: 'هنوز پیامکی نرسیده است. این صفحه هر ۵ ثانیه تازه می‌شود.',
    to: 'به',
    text: 'متن',
    at: 'زمان',
  },
  en: {
    title: 'Messages',
    none: 'Nothing has arrived yet. This page refreshes every 5 seconds.',
    to: 'To',
    text: 'Text',
    at: 'Time',
  },
} as const;

type Needs = { inbox: Inbox; log: Log; token?: string };

/**
 * POST /messages speaks docs/openapi/sms-gateway.yaml; GET / shows what arrived, GET /faults has the switch for faults,
 * GET /messages?to=… gives the messages to programs.
 */
export function createInboxApp({ inbox, log, token = 'demo-sms-gateway-token' }: Needs): Koa {
  const faults = createFaultSwitch();
  const router = new Router()
    .post('/messages', faults.misbehave, requireBearer(token), (ctx) => receive(ctx, { inbox, log }))
    .get('/messages', (ctx) => {
      const { to } = ctx.query;
      ctx.body = inbox.list({ to: typeof to === 'string' ? to : undefined });
    });
  const firstPage = (language: Language, ctx: Context) => {
    ctx.set('Refresh', '5');
    return { title: words[language].title, body: messageList(language, inbox.list()) };
  };
  return createOutsideApp({ router, firstPage, faults, look, log });
}

async function receive(ctx: Context, { inbox, log }: { inbox: Inbox; log: Log }): Promise<void> {
  // A web page of another origin can post text without asking first, but not JSON.
  if (!ctx.is('application/json')) {
    ctx.status = 415;
    ctx.body = { error: 'send application/json' };
    return;
  }
  const received = inbox.receive(parseJson((await readBody(ctx.req)) ?? ''));
  log('message', { outcome: received.outcome });
  if (received.outcome === 'refused') return refuse(ctx, received.reason);
  ctx.status = 202;
  ctx.body = { id: received.id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageList(language: Language, messages: readonly Message[]) {
  const say = words[language];
  if (messages.length === 0) return html`<p class="quiet">${say.none}</p>`;
  const locale = language === 'fa' ? 'fa-IR-u-ca-persian' : 'en-GB';
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: 'Asia/Tehran' });
  return html`<div class="wide" role="region" aria-label="${say.title}" tabindex="0"><table>
<thead><tr><th scope="col">${say.at}</th><th scope="col">${say.to}</th><th scope="col">${say.text}</th></tr></thead>
<tbody>
${messages.map((message) => html`<tr><td>${time.format(message.at)}</td><td><bdi dir="ltr">${message.to}</bdi></td><td><bdi>${message.text}</bdi></td></tr>\n`)}</tbody></table></div>`;
}
