import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { createSignInSteps, peopleOf, stepOf } from '#tests/support/sign-in-steps.ts';

const two = 'urn:panjereh:aal:2';
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

const person = () => peopleOf(provider)[0];
const { pass, begin, type, end, codeBySms } = createSignInSteps(() => ({
  ...{ provider, outside, university, clock },
  plain: person(),
}));

/** Of each sign-in, oldest first, as the record has it. */
async function wereOnSharedComputers(): Promise<unknown[]> {
  const events = await provider.services.auditStore.listOf(person()?.id ?? '', { limit: 50 });
  const signIns = events.filter(({ name }) => name === 'citizen.signed-in');
  return signIns.map(({ details }) => details.sharedComputer).reverse();
}

test.each([true, false])(
  'a computer that is shared (%s) stays so in a step-up, where nobody asks again',
  async (isShared) => {
    await pass(31 * MINUTE);
    const browser = createBrowser();
    const first = await begin(browser);
    await end(
      browser,
      await type(browser, first.page, person(), isShared ? { shared_computer: 'yes' } : {}),
      first.finish,
    );

    await pass(10 * MINUTE);
    const raised = await begin(browser, { acr_values: two });
    expect(stepOf(raised.page)).toBe('sms');
    await end(browser, await codeBySms(browser, raised.page), raised.finish);

    await pass(10 * MINUTE);
    const again = await begin(browser, { acr_values: two, max_age: '900' });
    expect(stepOf(again.page)).toBe('password');
    await end(
      browser,
      await browser.submit(again.page, { password: provider.password }, { stayAt: provider.issuer }),
      again.finish,
    );

    expect((await wereOnSharedComputers()).slice(-3)).toEqual([isShared, isShared, isShared]);
    expect(browser.cookies.some(({ name }) => name === 'panjereh_device')).toBe(!isShared);
    const anew = await begin(browser, { prompt: 'login' });
    expect(/name="shared_computer"[^>]*\bchecked/.test(anew.page.text)).toBe(isShared);
  },
);
