import type Router from '@koa/router';
import type { Context } from 'koa';
import { readBody, readForm } from '../web/body.ts';
import { type Html, html } from '../web/html.ts';
import type { Language } from '../web/language.ts';
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
    submit: 'Switch',
  },
} as const;

/** GET /switch tells the faults, POST /switch sets them: JSON from a program, a form from the page. */
export function addSwitchRoutes(router: Router, { faults, log }: { faults: FaultSwitch; log: Log }): void {
  router
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
      if (isForm) ctx.redirect('/');
      else {
        ctx.status = isSet ? 200 : 400;
        ctx.body = isSet ? faults.now() : { error: 'latencyMs must be 0 to 60000, mode one of those of GET /switch' };
      }
    });
}

export function switchForm(language: Language, faults: FaultSwitch): Html {
  const say = words[language];
  const { mode, latencyMs } = faults.now();
  const choice = (one: (typeof MODES)[number]) =>
    html`<p><label><input type="radio" name="mode" value="${one}"${one === mode && html` checked`}> ${say.modes[one]}</label></p>`;
  return html`<h2>${say.title}</h2>
<form method="post" action="/switch">
${MODES.map(choice)}
<p><label>${say.latency} <input name="latencyMs" value="${latencyMs}" inputmode="numeric" size="6" dir="ltr"></label></p>
<p class="actions"><button class="button">${say.submit}</button></p>
</form>`;
}

async function fromForm(ctx: Context): Promise<{ latencyMs?: unknown; mode?: unknown }> {
  const form = await readForm(ctx.req);
  return { latencyMs: form?.get('latencyMs') || 0, mode: form?.get('mode') ?? 'up' };
}

async function fromJson(ctx: Context): Promise<{ latencyMs?: unknown; mode?: unknown }> {
  try {
    const body: unknown = JSON.parse((await readBody(ctx.req)) ?? '');
    return typeof body === 'object' && body !== null ? body : { mode: 'none' };
  } catch {
    return { mode: 'none' };
  }
}
