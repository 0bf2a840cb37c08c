import type { Browser, Page } from './browser.ts';
import type { OutsideServices } from './outside-services.ts';
import type { TestProvider } from './provider.ts';
import { submitTo } from './sign-in-steps.ts';

/** The registered number of a demo citizen. */
export const phoneOfCitizen = (citizen: number) => `+98999000000${citizen + 1}`;

type Strong = {
  provider: TestProvider;
  outside: Pick<OutsideServices, 'codeFor'>;
  browser: Browser;
  /** Which of the demo's active citizens. */
  citizen: number;
  /** The page of ours to arrive at. */
  to: string;
};

/** Signed in with password and a code by SMS, a moment ago, and at that page. */
export async function arriveStrongly({ provider, outside, browser, citizen, to }: Strong): Promise<Page> {
  const stay = { stayAt: provider.issuer };
  const asked = new URLSearchParams({ to, acr: 'urn:panjereh:aal:2', max_age: '600' });
  const page = await browser.open(`${provider.issuer}/enter?${asked}`, stay);
  const { nationalCode } = provider.citizens[citizen] ?? {};
  const second = await browser.submit(page, { national_code: nationalCode, password: provider.password }, stay);
  const sent = await submitTo(browser, second, { path: '/sms/send', ...stay });
  const code = outside.codeFor(phoneOfCitizen(citizen));
  return submitTo(browser, sent, { path: '/sms', fields: { code }, ...stay });
}
