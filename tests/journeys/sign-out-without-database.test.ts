import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openStateStore } from '#platform/open-state-store.ts';
import { createLogoutOutbox } from '#relying-parties/logout-outbox-store.ts';
import { shelterLogouts } from '#relying-parties/sheltered-logouts.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { startPostgres, type TestPostgres } from '#tests/support/postgres.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { startRedis } from '#tests/support/redis.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { ownRedis } from '#tests/support/servers.ts';

/** PostgreSQL goes away, a citizen signs out in that moment, and PostgreSQL comes back. */
let postgres: TestPostgres;
let redisUrl: string;
let provider: TestProvider;
let university: TestRelyingParty;
let receiver: LogoutReceiver;

beforeAll(async () => {
  [postgres, redisUrl, receiver] = await Promise.all([startPostgres(), ownRedis(), startLogoutReceiver()]);
  provider = await startProvider({ stores: { databaseUrl: await postgres.createDatabase(), redisUrl } });
  university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: { backchannel_logout_uri: receiver.uri },
  });
}, 120_000);
afterAll(async () => {
  await provider.close();
  await postgres.stop();
  receiver.close();
});
beforeEach(() => {
  receiver.tokens.length = 0;
});

const isKnown = async (browser: Browser) => {
  const page = await browser.open((await university.begin({ prompt: 'none' })).url, { stayAt: provider.issuer });
  return page.leadsTo?.includes('code=') === true;
};

const sheltered = () => provider.services.state.listIndex('ShelteredLogouts');

async function signedIn(): Promise<Browser> {
  const browser = createBrowser();
  await university.signIn({ browser });
  expect(await isKnown(browser)).toBe(true);
  return browser;
}

async function signOut(browser: Browser): Promise<void> {
  const page = await browser.open(`${provider.issuer}/logout`);
  expect((await browser.submit(page, { logout: 'yes' })).status).toBe(200);
}

const deliverOnce = () =>
  vi.waitFor(
    async () => {
      provider.services.logoutDelivery.wake();
      expect(receiver.tokens).toHaveLength(1);
    },
    { timeout: 10_000, interval: 100 },
  );

test('the sign-out works at once, and the relying party is told, once, when PostgreSQL is back', async () => {
  const browser = await signedIn();
  await postgres.halt();
  await signOut(browser);
  expect(await sheltered()).toHaveLength(1);
  expect(receiver.tokens).toEqual([]);

  await postgres.resume();
  await deliverOnce();
  expect(await sheltered()).toEqual([]);
  expect(await isKnown(browser)).toBe(false);
  const [rates] = await provider.services.registry.logoutOutbox.listSuccessRates(0);
  expect(rates).toMatchObject({ clientId: 'university', owed: 1, delivered: 1 });
}, 60_000);

test('ending a session from the list of sessions loses nothing either', async () => {
  await signedIn();
  const citizenId = provider.citizens[0]?.id ?? '';
  await postgres.halt();
  expect(await provider.services.sessions.endAll(citizenId)).toHaveLength(1);
  expect(await sheltered()).toHaveLength(1);
  await postgres.resume();
  await deliverOnce();
}, 60_000);

test('a debt that was written twice is owed once', async () => {
  const { logoutOutbox } = provider.services.registry;
  const debt = { id: 'one-debt', clientId: 'nobody', citizenId: 'citizen', sid: 'sid' };
  await logoutOutbox.owe([debt]);
  await logoutOutbox.owe([debt]);
  const rates = await logoutOutbox.listSuccessRates(0);
  expect(rates.find(({ clientId }) => clientId === 'nobody')?.owed).toBe(1);
});

test('what is in PostgreSQL is delivered though the state store is away', async () => {
  const { database, clock } = provider.services;
  const redis = await startRedis();
  const { store } = await openStateStore({
    redisUrl: redis.url,
    isVouchedFor: false,
    isStrict: true,
    clock,
    onCommand: () => undefined,
    onTrouble: () => undefined,
  });
  const troubles: unknown[] = [];
  const outbox = createLogoutOutbox({ database, clock });
  const sheltered = shelterLogouts({ outbox, store, onTrouble: (error) => troubles.push(error) });
  await redis.stop();
  // The instance that runs beside this test may be faster: then it is the one that delivered.
  await outbox.owe([{ clientId: 'somebody', citizenId: 'citizen' }]);
  await sheltered.deliverDue({ deliver: async () => ({ status: 200 }), batch: 10 });
  expect(troubles).toHaveLength(1);
  const rates = await outbox.listSuccessRates(0);
  expect(rates.find(({ clientId }) => clientId === 'somebody')).toMatchObject({ owed: 1, delivered: 1 });
  await store.close();
});

test('control: with PostgreSQL there nothing is sheltered', async () => {
  const browser = await signedIn();
  await signOut(browser);
  expect(await sheltered()).toEqual([]);
  await deliverOnce();
});
