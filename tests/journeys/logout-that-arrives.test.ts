import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Seven services and one session; one of the seven is out of order, and comes back. */
let provider: TestProvider;
const clock = createFakeClock(systemClock.now());
const parties: TestRelyingParty[] = [];
const receivers: LogoutReceiver[] = [];

beforeAll(async () => {
  provider = await startProvider({ clock });
  for (let n = 1; n <= 7; n += 1) {
    const receiver = await startLogoutReceiver();
    receivers.push(receiver);
    parties.push(
      await createRelyingParty(provider, {
        clientId: `service-${n}`,
        metadata: { backchannel_logout_uri: receiver.uri },
      }),
    );
  }
});
afterAll(async () => {
  for (const receiver of receivers) receiver.close();
  await provider.close();
});

const broken = () => receivers[6] as LogoutReceiver;
const words = (page: Page) => page.text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

async function signInEverywhere(): Promise<Browser> {
  const browser = createBrowser();
  for (const party of parties) await party.signIn({ browser });
  return browser;
}

async function settled(): Promise<void> {
  provider.services.logoutDelivery.wake();
  await expect
    .poll(async () =>
      (await listStates()).every(({ state, ...of }) => state !== 'trying' || (of as { attempts: number }).attempts > 0),
    )
    .toBe(true);
}
const listStates = () =>
  provider.services.registry.logoutStates.list({ citizenId: provider.citizens[0]?.id ?? '', since: 0 });
const arrived = async () => (await listStates()).filter(({ state }) => state === 'arrived').length;

test('the page after a sign-out says how many services have heard of it, and looks again until all have', async () => {
  broken().answerWith(503);
  const browser = await signInEverywhere();
  const confirm = await browser.open(`${provider.issuer}/logout`);
  const done = await browser.submit(confirm, { logout: 'yes' });
  expect(words(done)).toMatch(/You are signed out of \d of 7 services/);
  await expect.poll(arrived).toBe(6);
  await settled();

  const meanwhile = await browser.open(done.url);
  expect(words(meanwhile)).toContain('You are signed out of 6 of 7 services, still trying one.');
  expect(words(meanwhile)).toMatch(/Service service-7: does not answer; next try at/);
  expect(meanwhile.headers.get('refresh')).toBe('15');

  broken().answerWith(200);
  clock.advance(10_000);
  provider.services.logoutDelivery.wake();
  await expect.poll(arrived).toBe(7);
  const after = await browser.open(done.url);
  expect(words(after)).toContain('You are signed out of 7 of 7 services.');
  expect(after.headers.get('refresh')).toBeNull();
  expect(broken().tokens).toHaveLength(1);
});

test('another browser learns nothing of it', async () => {
  const page = await createBrowser().open(`${provider.issuer}/logout/success`);
  expect(words(page)).not.toContain('service-');
});

test('the success rate of each relying party is counted, over a day and a month', async () => {
  const { health } = provider.services.registry;
  expect((await health.healthOf('service-7'))?.logout).toMatchObject({
    owed: 1,
    delivered: 1,
    dead: 0,
    waiting: 0,
    successRate: 1,
    lastDay: { owed: 1 },
  });
  clock.advance(25 * 60 * 60 * 1000);
  expect((await health.healthOf('service-7'))?.logout).toMatchObject({ owed: 1, lastDay: { owed: 0 } });
});
