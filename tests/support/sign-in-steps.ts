import type { Browser, Page } from './browser.ts';
import { readForms } from './browser.ts';
import type { FakeClock } from './fake-clock.ts';
import type { OutsideServices } from './outside-services.ts';
import type { TestProvider } from './provider.ts';
import type { TestRelyingParty } from './relying-party.ts';

/** Which step a page belongs to: the last part of its address, or `sign-in` for the first page. */
export function stepOf(page: Page): string {
  if (page.leadsTo !== undefined) return new URL(page.leadsTo).pathname;
  const [, room = '', , step] = new URL(page.url).pathname.split('/');
  return step ?? room;
}

/** Posts the form of a page that leads to this address; a form that only script reveals has to be named like this too. */
export async function submitTo(
  browser: Browser,
  page: Page,
  { path, fields = {}, stayAt }: { path: string; fields?: Record<string, string>; stayAt: string },
): Promise<Page> {
  const revealed = { ...page, text: page.text.replace('<form id="passkey-form"', '<form') };
  const form = readForms(revealed.text).findIndex(({ action }) => action.endsWith(path));
  if (form < 0) throw new Error(`no form on ${page.url} (${page.status}) leads to ${path}`);
  return browser.submit(revealed, fields, { stayAt, form });
}

type Person = { nationalCode: string; phone: string };

/** The active demo citizens, with the numbers that their codes go to. */
export function peopleOf({ citizens }: Pick<TestProvider, 'citizens'>): (Person & { id: string })[] {
  return citizens.map(({ id, nationalCode }, index) => ({ id, nationalCode, phone: `+98999000000${index + 1}` }));
}

/** What is there once the test has begun; `plain` is who signs in where nobody else is named. */
type Around = {
  provider: TestProvider;
  outside: OutsideServices;
  university: TestRelyingParty;
  clock: FakeClock;
  plain: Person | undefined;
};

/** The steps of a sign-in as a person takes them, from a university and back. */
export function createSignInSteps(around: () => Around) {
  const stayAt = () => around().provider.issuer;

  const post = (browser: Browser, page: Page, path: string, fields: Record<string, string> = {}) =>
    submitTo(browser, page, { path, fields, stayAt: stayAt() });

  return {
    post,
    /** An instance whose keys are old answers nothing, so it reads them again. */
    async pass(milliseconds: number): Promise<void> {
      const { signingKeys } = around().provider.services;
      around().clock.advance(milliseconds);
      // A reading that began before the jump is as old as it was then: the one after it is new.
      await signingKeys.refresh();
      await signingKeys.refresh();
    },
    async begin(browser: Browser, extra: Record<string, string> = {}, at = around().university) {
      const { url, finish } = await at.begin(extra);
      return { page: await browser.open(url, { stayAt: stayAt() }), finish };
    },
    type(browser: Browser, page: Page, who = around().plain, more: Record<string, string> = {}) {
      const fields = { national_code: who?.nationalCode ?? '', password: around().provider.password, ...more };
      return browser.submit(page, fields, { stayAt: stayAt() });
    },
    /** Through consent where it is asked; the claims of the ID token. */
    async end(browser: Browser, page: Page, finish: (answer: URL) => ReturnType<TestRelyingParty['signIn']>) {
      const isAsked = page.url.includes('/consent/');
      const last = isAsked ? await browser.submit(page, { decision: 'allow' }, { stayAt: stayAt() }) : page;
      if (last.leadsTo?.includes('code=') !== true)
        throw new Error(`no code came from ${last.url} (${last.status}): ${last.text.slice(0, 300)}`);
      return (await finish(new URL(last.leadsTo))).claims();
    },
    async codeBySms(browser: Browser, page: Page, who = around().plain): Promise<Page> {
      const asked = await post(browser, page, '/sms/send');
      if (stepOf(asked) !== 'sms') throw new Error(`no code by SMS is asked for on ${asked.url}`);
      return post(browser, asked, '/sms', { code: around().outside.codeFor(who?.phone ?? '') });
    },
  };
}
