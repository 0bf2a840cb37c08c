import type Router from '@koa/router';
import type { Context } from 'koa';
import { readBody, readForm } from '../web/body.ts';
import { type Html, html } from '../web/html.ts';
import { type Language, languageOf } from '../web/language.ts';
import { type Look, sendPage } from '../web/page.ts';
import { isFromOwnPage } from '../web/security-headers.ts';
import type { Log } from '../web/serve.ts';
import { type FaultSwitch, MODES } from './faults.ts';

const words = {
  fa: {
    title: 'خرابی برای آزمایش',
    modes: {
      up: 'درست کار می‌کند',
      'some-errors': 'یک‌درمیان خطا می‌دهد',
      errors: 'همیشه خطا می‌دهد',
      outage: 'از دسترس خارج است',
    },
    latency: 'تأخیر پیش از هر پاسخ (میلی‌ثانیه)',
    refused: 'چیزی تغییر نکرد: تأخیر باید عددی از ۰ تا ۶۰۰۰۰ باشد.',
    submit: 'تغییر بده',
  },
  en: {
    title: 'Faults to try',
    modes: {
      up: 'Works',
      'some-errors': 'Every second answer is an error',
      errors: 'Every answer is an error',
      outage: 'Cannot be reached',
    },
    latency: 'Delay before every answer (milliseconds)',
    refused: 'Nothing was changed: the delay must be a number from 0 to 60000.',
    submit: 'Switch',
  },
} as const;

type Needs = { faults: FaultSwitch; look: Look; log: Log };

/**
 * GET /switch tells the faults, POST /switch sets them: JSON from a program, a form from the page at /faults, which is a
 * page of its own because others refresh themselves while somebody is choosing.
 */
export function addSwitchRoutes(router: Router, { faults, look, log }: Needs): void {
  const showPage = (ctx: Context, { isRefused = false } = {}) => {
    const language = languageOf(ctx);
    const body = html`${isRefused && html`<p role="alert">${words[language].refused}</p>`}${switchForm(language, faults)}`;
    sendPage(ctx, { look, page: { status: isRefused ? 422 : 200, title: words[language].title, body } });
  };
  router
    .get('/faults', (ctx) => showPage(ctx))
    .get('/switch', (ctx) => {
      ctx.body = faults.now();
    })
    .post('/switch', async (ctx) => {
      const isForm = ctx.is('application/x-www-form-urlencoded') !== false;
      if (isForm ? !isFromOwnPage(ctx, ctx.origin) : !ctx.is('application/json')) {
        ctx.status = isForm ? 403 : 415;
        return;
      }
      const isSet = faults.set(isForm ? await fromForm(ctx) : await fromJson(ctx));
      log('switch', { outcome: isSet ? faults.now().mode : 'refused' });
      if (!isForm) {
        ctx.status = isSet ? 200 : 400;
        ctx.body = isSet ? faults.now() : { error: 'latencyMs must be 0 to 60000, mode one of those of GET /switch' };
        return;
      }
      if (isSet) ctx.redirect('/faults');
      else showPage(ctx, { isRefused: true });
    });
}

export function faultsLink(language: Language): Html {
  return html`<p><a href="/faults">${words[language].title}</a></p>`;
}

function switchForm(language: Language, faults: FaultSwitch): Html {
  const say = words[language];
  const { mode, latencyMs } = faults.now();
  const choice = (one: (typeof MODES)[number]) =>
    html`<p><label><input type="radio" name="mode" value="${one}"${one === mode && html` checked`}> ${say.modes[one]}</label></p>`;
  return html`<form method="post" action="/switch">
${MODES.map(choice)}
<p><label>${say.latency} <input name="latencyMs" value="${latencyMs}" inputmode="numeric" size="6" dir="ltr"></label></p>
<p class="actions"><button class="button">${say.submit}</button></p>
</form>`;
}

async function fromForm(ctx: Context): Promise<{ latencyMs?: unknown; mode?: unknown }> {
  const form = await readForm(ctx.req);
  return { latencyMs: inLatinDigits(form?.get('latencyMs') ?? '') || 0, mode: form?.get('mode') ?? 'up' };
}

function inLatinDigits(typed: string): string {
  return typed.trim().replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - '۰'.charCodeAt(0)));
}

async function fromJson(ctx: Context): Promise<{ latencyMs?: unknown; mode?: unknown }> {
  try {
    const body: unknown = JSON.parse((await readBody(ctx.req)) ?? '');
    return typeof body === 'object' && body !== null ? body : { mode: 'none' };
  } catch {
    return { mode: 'none' };
  }
}
