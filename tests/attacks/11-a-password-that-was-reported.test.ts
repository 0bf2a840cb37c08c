import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { createSignInSteps, peopleOf, stepOf } from '#tests/support/sign-in-steps.ts';

/**
 * “This was not me” is said because somebody else knows the password. Whoever knows nothing but that password must not
 * be the one who chooses the next: the account would be theirs, by what was meant to save it.
 */
const NEW = 'three unrelated words 4';
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const person = (index: number) => peopleOf(provider)[index];
const { begin, type, post, end, codeBySms } = createSignInSteps(() => ({
  ...{ provider, outside, university, clock },
  plain: person(0),
}));

async function report(index: number): Promise<void> {
  const { citizens } = provider.services.people;
  await citizens.setState(person(index)?.id ?? '', 'must-change-password', 'reported-by-citizen');
}

/** As far as the password of before leads, in a browser of its own. */
async function withThePassword(index: number): Promise<{ browser: Browser; page: Page } & Pick<Begun, 'finish'>> {
  const browser = createBrowser();
  const { page, finish } = await begin(browser);
  return { browser, finish, page: await type(browser, page, person(index)) };
}
type Begun = Awaited<ReturnType<typeof begin>>;

const passwordOf = (index: number) => provider.services.people.citizens.passwordHashOf(person(index)?.id ?? '');

test('the password alone chooses no new one, where its owner has a number; with the code to that number it does', async () => {
  await report(0);
  const before = await passwordOf(0);
  const { browser: thief, page } = await withThePassword(0);
  expect(stepOf(page)).toBe('sms');
  const base = page.url.replace(/\/sms$/, '');
  const skipped = await thief.open(`${base}/new-password`, { stayAt: provider.issuer });
  expect(stepOf(skipped)).toBe('sms');
  const forged = { ...skipped, text: skipped.text.replace(/action="[^"]*"/g, `action="${base}/new-password"`) };
  await thief.submit(forged, { password: NEW }, { stayAt: provider.issuer });
  expect(await passwordOf(0)).toBe(before);

  const owner = await withThePassword(0);
  const change = await codeBySms(owner.browser, owner.page);
  expect(stepOf(change)).toBe('new-password');
  const done = await owner.browser.submit(change, { password: NEW }, { stayAt: provider.issuer });
  expect(await end(owner.browser, done, owner.finish)).toMatchObject({ amr: ['pwd', 'sms', 'mfa'] });
  expect(await passwordOf(0)).not.toBe(before);
});

test('a recovery code does it where the phone is gone', async () => {
  const [code = ''] = await createOwnFactors(provider, clock).recoveryCodes(person(1)?.id ?? '');
  await report(1);
  const { browser, page } = await withThePassword(1);
  const step = await browser.open(page.url.replace(/second-factor$/, 'recovery-code'), { stayAt: provider.issuer });
  expect(stepOf(await post(browser, step, '/recovery-code', { code }))).toBe('new-password');
});
