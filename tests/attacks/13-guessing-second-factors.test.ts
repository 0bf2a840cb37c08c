import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Somebody who knows the password guesses the code, by every page that takes one, in ever new sign-ins. */
const [VICTIM, NEIGHBOUR] = [1, 2];
const clock = createFakeClock();
let provider: TestProvider;
let university: TestRelyingParty;
const codeNow = new Map<number, () => string>();
let recoveryCodes: string[];

beforeAll(async () => {
  provider = await startProvider({ clock });
  university = await createRelyingParty(provider, { clientId: 'university' });
  const own = createOwnFactors(provider, clock);
  for (const citizen of [VICTIM, NEIGHBOUR]) codeNow.set(citizen, await own.authenticator(idOf(citizen)));
  recoveryCodes = await own.recoveryCodes(idOf(VICTIM));
  // The codes that confirmed the apps are used up.
  clock.advance(60_000);
  await provider.services.signingKeys.refresh();
});
afterAll(() => provider.close());

const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';
const stayAt = () => ({ stayAt: provider.issuer });

/** A new sign-in in a new browser, past the password, to the page of one way. */
async function enter(citizen: number, { way, code }: { way: string; code: string }): Promise<Page> {
  const browser = createBrowser();
  const first = await browser.open((await university.begin()).url, stayAt());
  const nationalCode = provider.citizens[citizen]?.nationalCode ?? '';
  await browser.submit(first, { national_code: nationalCode, password: provider.password }, stayAt());
  return browser.submit(await browser.open(`${first.url}/${way}`, stayAt()), { code }, stayAt());
}

test('six guesses in all, by whichever page, and then the right code waits, too', async () => {
  const guesses = [
    { way: 'authenticator', code: '000000' },
    { way: 'recovery-code', code: '00000 00000 00000 00000' },
  ];
  const statuses: number[] = [];
  for (const guess of [...guesses, ...guesses, ...guesses, ...guesses])
    statuses.push((await enter(VICTIM, guess)).status);
  expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 429, 429]);

  for (const right of [
    { way: 'authenticator', code: codeNow.get(VICTIM)?.() ?? '' },
    { way: 'recovery-code', code: recoveryCodes[0] ?? '' },
  ]) {
    const answer = await enter(VICTIM, right);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('control: a neighbour at the same network gets in by the right code', async () => {
  const answer = await enter(NEIGHBOUR, { way: 'authenticator', code: codeNow.get(NEIGHBOUR)?.() ?? '' });
  expect(answer.leadsTo?.includes('code=') === true || answer.url.includes('/consent/')).toBe(true);
});
