import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitPaying } from '#tests/support/puzzle.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Strangers type wrong passwords for a victim's national code until nobody gets in any more (Keycloak CVE-2024-1722). */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  // The test plays the proxy, so that each browser can come from a network of its own.
  provider = await startProvider({ environment: { PANJEREH_TRUSTED_PROXIES: '127.0.0.1 ::1' } });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

type Try = { browser?: Browser; citizen?: number; password: string; from: string };

async function attempt({ browser = createBrowser(), citizen = 0, password, from }: Try): Promise<Page> {
  const stayAt = provider.issuer;
  const headers = { 'x-forwarded-for': from };
  const page = await browser.open((await university.begin({ prompt: 'login' })).url, { stayAt, headers });
  const nationalCode = provider.citizens[citizen]?.nationalCode ?? '';
  return submitPaying(browser, page, { national_code: nationalCode, password }, { stayAt, headers });
}

const isIn = ({ leadsTo, url, status }: Page) =>
  leadsTo?.includes('code=') === true || (url.includes('/consent/') && status === 200);

/** Until it says to slow down; answers after how many. */
async function guess({ from, most }: { from: (round: number) => string; most: number }): Promise<number> {
  for (let round = 0; round < most; round += 1) {
    const page = await attempt({ password: `guess number ${round}`, from: from(round) });
    if (page.status === 429) return round;
    expect(page.status).toBe(422);
  }
  return most;
}

test('strangers are slowed down and the victim is not: not at a known browser, and afterwards nowhere', async () => {
  const known = createBrowser();
  expect(isIn(await attempt({ browser: known, password: provider.password, from: '198.51.100.7' }))).toBe(true);

  // From one network: a handful of guesses.
  expect(await guess({ from: () => '203.0.113.9', most: 12 })).toBeLessThanOrEqual(6);
  // From ever new networks: the account as a whole slows down.
  expect(await guess({ from: (round) => `203.0.113.${20 + round}`, most: 40 })).toBeLessThanOrEqual(21);

  // The attackers are out, with the right password too...
  const attackers = await attempt({ password: provider.password, from: '203.0.113.200' });
  expect(attackers.status).toBe(429);
  expect(Number(attackers.headers.get('retry-after'))).toBeGreaterThan(0);
  // ...and the victim is in, at their own browser, from whatever network, even the attackers'.
  for (const from of ['198.51.100.7', '203.0.113.9', '192.0.2.1'])
    expect(isIn(await attempt({ browser: known, password: provider.password, from })), from).toBe(true);
  // Control: the known browser is what lets them in.
  const forgotten = createBrowser();
  forgotten.cookies.push(...known.cookies.filter(({ name }) => name !== 'panjereh_device'));
  expect((await attempt({ browser: forgotten, password: provider.password, from: '192.0.2.1' })).status).toBe(429);
}, 60_000);

test("a browser that is known for one account is nobody's key to another", async () => {
  const attackers = createBrowser();
  expect(isIn(await attempt({ browser: attackers, citizen: 1, password: provider.password, from: '192.0.2.50' }))).toBe(
    true,
  );
  const page = await attempt({ browser: attackers, citizen: 0, password: provider.password, from: '192.0.2.50' });
  expect(page.status).toBe(429);
});

test('nobody else is slowed down by it', async () => {
  expect(isIn(await attempt({ citizen: 2, password: provider.password, from: '192.0.2.77' }))).toBe(true);
});

test('the account itself stays as it was: slowing down changes no state that somebody would have to undo', async () => {
  const citizen = await provider.services.people.citizens.findById(provider.citizens[0]?.id ?? '');
  expect(citizen?.state).toBe('active');
});
