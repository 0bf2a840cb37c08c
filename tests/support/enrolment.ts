import { type KnownPerson, PEOPLE_WITHOUT_ACCOUNTS } from '../../demo/people/known-people.ts';
import { type Browser, type Page, readForms } from './browser.ts';
import type { OutsideServices } from './outside-services.ts';

/** Somebody of the demo's registry without an account, by their Latin given name, or in their order. */
function person(which: number): KnownPerson {
  const found = PEOPLE_WITHOUT_ACCOUNTS[which];
  if (found === undefined) throw new Error(`the demo registry knows no person ${which}`);
  return found;
}

/** What the tests call them, after what can be tried with them. */
export const PARISA = person(0);
export const SINA = person(1);
export const MARYAM = person(2);
export const GHOLAMREZA = person(3);
export const KIAN = person(4);
export const YALDA = person(5);
export const NAVID = person(6);

export const NEW_PASSWORD = 'سه واژه بی ربط ۴۷';

export const identityFields = ({ nationalCode, birthDateJalali }: KnownPerson): Record<string, string> => {
  const [birth_year = '', birth_month = '', birth_day = ''] = birthDateJalali.split('/');
  return { national_code: nationalCode, birth_day, birth_month, birth_year };
};

export const phoneOf = ({ phones }: KnownPerson): string => phones[0] ?? '';

/** The stations of an enrolment in their order, as a person without script passes them. */
type Station =
  | 'identity'
  | 'phone'
  | 'code'
  | 'password'
  | 'passkey'
  | 'recovery-codes'
  | 'recovery-codes/show'
  | 'done';

type Walk = {
  browser: Browser;
  outside: Pick<OutsideServices, 'codeFor'>;
  issuer: string;
  who: KnownPerson;
  password?: string;
  /** Stops at the page of this station. */
  until?: Station;
  /** The page to begin from; the front one otherwise. */
  startAt?: string;
  /** Before each page is filled in. */
  between?: (page: Page) => Promise<void>;
};

/** From the start page to `until`; every page on the way must be the one that is expected. */
export async function walkEnrolment(walk: Walk): Promise<Page> {
  const { browser, outside, issuer, who, password = NEW_PASSWORD, until = 'done', startAt = `${issuer}/enrol` } = walk;
  const stay = { stayAt: issuer };
  const steps: readonly [Station, (page: Page) => Promise<Page>][] = [
    ['identity', (page) => browser.submit(page, identityFields(who), stay)],
    ['phone', (page) => browser.submit(page, { phone: phoneOf(who) }, stay)],
    ['code', (page) => browser.submit(page, { code: outside.codeFor(phoneOf(who)) }, stay)],
    ['password', (page) => browser.submit(page, { password }, stay)],
    ['passkey', (page) => browser.submit(page, {}, { ...stay, form: formTo(page, '/enrol/passkey/skip') })],
    ['recovery-codes', (page) => browser.submit(page, {}, stay)],
    ['recovery-codes/show', (page) => browser.submit(page, {}, stay)],
  ];
  const first = await browser.open(startAt, stay);
  await walk.between?.(first);
  let page = await browser.submit(first, {}, stay);
  for (const [station, take] of steps) {
    if (!new URL(page.url).pathname.startsWith(`/enrol/${station}`))
      throw new Error(`${station} was expected, and the way led to ${page.url} (${page.status}): ${wordsOf(page)}`);
    if (station === until) return page;
    await walk.between?.(page);
    page = await take(page);
  }
  return page;
}

/** Which of the page's forms posts there. */
export function formTo(page: Page, action: string): number {
  const index = readForms(page.text).findIndex((form) => form.action === action);
  if (index < 0) throw new Error(`no form on ${page.url} posts to ${action}`);
  return index;
}

/** The words of the main part, for messages and comparisons. */
export function wordsOf({ text }: Page): string {
  const main = /<main[^>]*>([\s\S]*?)<\/main>/.exec(text)?.[1] ?? text;
  return main
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
