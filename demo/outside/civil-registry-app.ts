import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type Koa from 'koa';
import { KNOWN_PEOPLE, type KnownPerson } from '../people/known-people.ts';
import { html } from '../web/html.ts';
import type { Language } from '../web/language.ts';
import type { Look } from '../web/page.ts';
import type { Log } from '../web/serve.ts';
import { readJson, refuse, requireBearer } from './api.ts';
import { createFaultSwitch } from './faults.ts';
import { createOutsideApp } from './outside-app.ts';

const look: Look = { name: { fa: 'ثبت احوال نمونه', en: 'Demo civil registry' }, colour: 'slate' };

const words = {
  fa: {
    title: 'کسانی که ثبت احوال نمونه می‌شناسد',
    what: 'همه ساختگی‌اند و کد ملی‌شان به کسی تعلق ندارد. با هر کدام می‌شود ثبت نام را امتحان کرد.',
    name: 'نام',
    code: 'کد ملی',
    birth: 'تاریخ تولد',
    phones: 'شماره‌ها',
    story: 'چه می‌شود',
  },
  en: {
    title: 'People whom the demo civil registry knows',
    what: 'All are invented, and their national codes are nobody’s. Enrolment can be tried with each of them.',
    name: 'Name',
    code: 'National code',
    birth: 'Born',
    phones: 'Numbers',
    story: 'What happens',
  },
} as const;

/** Speaks docs/openapi/civil-registry.yaml; its first page shows whom it knows, /faults has the switch for faults. */
export function createCivilRegistryApp({ token, log }: { token: string; log: Log }): Koa {
  const faults = createFaultSwitch();
  const router = new Router().post('/v1/person-matches', faults.misbehave, requireBearer(token), async (ctx) => {
    const asked = await readJson(ctx, ['nationalCode', 'birthDate']);
    if (!/^\d{10}$/.test(asked?.nationalCode ?? '') || !/^\d{4}-\d{2}-\d{2}$/.test(asked?.birthDate ?? ''))
      return refuse(ctx, 'nationalCode must have ten digits and birthDate must be like 2005-02-04');
    const person = KNOWN_PEOPLE.find(
      ({ nationalCode, birthDate }) => nationalCode === asked?.nationalCode && birthDate === asked?.birthDate,
    );
    const answer = { transactionId: randomUUID(), ...answerAbout(person) };
    log('person-match', { result: answer.result });
    ctx.body = answer;
  });
  const firstPage = (language: Language) => ({ title: words[language].title, body: peopleTable(language) });
  return createOutsideApp({ router, firstPage, faults, look, log });
}

function answerAbout(person: KnownPerson | undefined) {
  if (person === undefined) return { result: 'no-match' };
  if (person.isDeceased) return { result: 'deceased' };
  const { givenName, familyName, givenNameLatin, familyNameLatin } = person;
  return { result: 'matched', person: { givenName, familyName, givenNameLatin, familyNameLatin } };
}

function peopleTable(language: Language) {
  const say = words[language];
  return html`<p class="quiet">${say.what}</p>
<div class="wide" role="region" aria-label="${say.title}" tabindex="0"><table>
<thead><tr><th scope="col">${say.name}</th><th scope="col">${say.code}</th><th scope="col">${say.birth}</th><th scope="col">${say.phones}</th><th scope="col">${say.story}</th></tr></thead>
<tbody>
${KNOWN_PEOPLE.map(
  (person) =>
    html`<tr><td><bdi>${person.givenName} ${person.familyName}</bdi></td><td><bdi dir="ltr">${person.nationalCode}</bdi></td><td><bdi dir="ltr">${person.birthDateJalali}</bdi></td><td>${person.phones.map((phone) => html`<bdi dir="ltr">${phone.replace('+98', '0')}</bdi> `)}</td><td>${person.story[language]}</td></tr>\n`,
)}</tbody></table></div>`;
}
