import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type Koa from 'koa';
import { KNOWN_PEOPLE } from '../people/known-people.ts';
import { html } from '../web/html.ts';
import type { Language } from '../web/language.ts';
import type { Look } from '../web/page.ts';
import type { Log } from '../web/serve.ts';
import { readJson, refuse, requireBearer } from './api.ts';
import { createFaultSwitch } from './faults.ts';
import { createOutsideApp } from './outside-app.ts';

const look: Look = { name: { fa: 'شاهکار نمونه', en: 'Demo mobile ownership' }, colour: 'slate' };

const words = {
  fa: { title: 'هر شماره به نام کیست', number: 'شماره', owner: 'کد ملی مالک', name: 'نام' },
  en: { title: 'Who owns which number', number: 'Number', owner: 'Owner’s national code', name: 'Name' },
} as const;

/** Speaks docs/openapi/mobile-ownership.yaml; its first page shows the numbers, /faults has the switch for faults. */
export function createMobileOwnershipApp({ token, log }: { token: string; log: Log }): Koa {
  const faults = createFaultSwitch();
  const router = new Router().post('/v1/ownership-checks', faults.misbehave, requireBearer(token), async (ctx) => {
    const asked = await readJson(ctx, ['nationalCode', 'mobileNumber']);
    if (!/^\d{10}$/.test(asked?.nationalCode ?? '') || !/^\+989\d{9}$/.test(asked?.mobileNumber ?? ''))
      return refuse(ctx, 'nationalCode must have ten digits and mobileNumber must be like +989120000000');
    const owner = KNOWN_PEOPLE.find(({ phones }) => phones.some((phone) => phone === asked?.mobileNumber));
    const result = owner !== undefined && owner.nationalCode === asked?.nationalCode ? 'owner' : 'somebody-else';
    log('ownership-check', { result });
    ctx.body = { transactionId: randomUUID(), result };
  });
  const firstPage = (language: Language) => ({ title: words[language].title, body: numbersTable(language) });
  return createOutsideApp({ router, firstPage, faults, look, log });
}

function numbersTable(language: Language) {
  const say = words[language];
  const owned = KNOWN_PEOPLE.flatMap((owner) => owner.phones.map((phone) => ({ phone, owner })));
  return html`<div class="wide" role="region" aria-label="${say.title}" tabindex="0"><table>
<thead><tr><th scope="col">${say.number}</th><th scope="col">${say.owner}</th><th scope="col">${say.name}</th></tr></thead>
<tbody>
${owned.map(
  ({ phone, owner }) =>
    html`<tr><td><bdi dir="ltr">${phone.replace('+98', '0')}</bdi></td><td><bdi dir="ltr">${owner.nationalCode}</bdi></td><td><bdi>${owner.givenName} ${owner.familyName}</bdi></td></tr>\n`,
)}</tbody></table></div>`;
}
