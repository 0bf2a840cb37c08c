import { dirname } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CitizenState } from '#citizens/citizen.ts';
import { type Browser, createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { connectDevice, createDevice, enterUserCode, type TestDevice } from '#tests/support/device.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';

/**
 * Account state × grant, for the grants that 21-deactivated-still-works leaves out: tokens bound by DPoP, the device
 * flow from its first page to its refresh token, and an id_token_hint. The state is set at one instance, the attempts
 * are made at another.
 */
const DEAD_WITHIN = 5_000;
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' };

let here: TestProvider;
let elsewhere: TestProvider;
let party: TestRelyingParty;
let device: TestDevice;

beforeAll(async () => {
  const stores = await realStores();
  here = await startProvider({ stores });
  const { settings } = here.services;
  elsewhere = await startProvider({ stores, folder: dirname(settings.keysFolder) });
  party = await createRelyingParty(elsewhere, { clientId: 'party' });
  device = await createDevice(elsewhere, { clientId: 'kiosk' });
}, 60_000);
afterAll(async () => {
  device.close();
  await elsewhere.close();
  await here.close();
});

/** Made while all is well; answers whether it gives something out now. */
type Attempt = () => Promise<boolean>;
type Row = { name: string; prepare(citizen: number): Promise<Attempt>; isLasting?: boolean };

const who = (citizen: number) => ({
  nationalCode: here.citizens[citizen]?.nationalCode ?? '',
  password: here.password,
});
const stayAt = () => elsewhere.issuer;
const isCode = (address: string | undefined) => address?.includes('code=') === true;

async function signedIn(citizen: number): Promise<{ browser: Browser; idToken: string }> {
  const browser = createBrowser();
  const begun = await party.begin();
  const callback = await signInAndConsent(browser, { authorizationUrl: begun.url, ...who(citizen) });
  return { browser, idToken: (await begun.finish(callback)).id_token ?? '' };
}

async function boundTokens(citizen: number) {
  const handle = oidc.getDPoPHandle(party.config, await oidc.randomDPoPKeyPair());
  return { handle, tokens: await party.signIn({ citizen, extra: OFFLINE, dpop: handle }) };
}

async function connected(citizen: number): Promise<string> {
  const { device_code, user_code } = await device.begin();
  const browser = createBrowser();
  const question = await enterUserCode(browser, user_code, stayAt());
  expect((await connectDevice(browser, question, who(citizen), stayAt())).text).toContain('The device is connected');
  return device_code;
}

const rows: Row[] = [
  {
    name: 'userinfo with a token bound by DPoP',
    isLasting: true,
    async prepare(citizen) {
      const { handle, tokens } = await boundTokens(citizen);
      const { access_token } = tokens;
      const ask = () => oidc.fetchUserInfo(party.config, access_token, oidc.skipSubjectCheck, { DPoP: handle });
      return async () => (await errorOf(ask())) === 'accepted';
    },
  },
  {
    name: 'a refresh token bound by DPoP',
    async prepare(citizen) {
      const { handle, tokens } = await boundTokens(citizen);
      const { refresh_token = '' } = tokens;
      return async () =>
        (await errorOf(oidc.refreshTokenGrant(party.config, refresh_token, {}, { DPoP: handle }))) === 'accepted';
    },
  },
  {
    name: 'silent sign-on with an id_token_hint',
    isLasting: true,
    async prepare(citizen) {
      const { browser, idToken } = await signedIn(citizen);
      return async () => {
        const { url } = await party.begin({ prompt: 'none', id_token_hint: idToken });
        return isCode((await browser.open(url, { stayAt: stayAt() })).leadsTo);
      };
    },
  },
  {
    name: 'a device that the citizen connected and that has not asked yet',
    async prepare(citizen) {
      const deviceCode = await connected(citizen);
      return async () => typeof (await device.ask(deviceCode)) !== 'string';
    },
  },
  {
    name: 'userinfo for a device',
    isLasting: true,
    async prepare(citizen) {
      const tokens = await device.ask(await connected(citizen));
      if (typeof tokens === 'string') throw new Error(tokens);
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      return async () => (await fetch(`${elsewhere.issuer}/userinfo`, { headers })).ok;
    },
  },
  {
    name: 'a question about a device, left open in a browser that is signed in',
    async prepare(citizen) {
      const { browser } = await signedIn(citizen);
      const { user_code, device_code } = await device.begin();
      const question = await enterUserCode(browser, user_code, stayAt());
      return async () => {
        const page = await browser.submit(question, {}, { stayAt: stayAt() });
        if (page.url.includes('/consent/')) await browser.submit(page, { decision: 'allow' }, { stayAt: stayAt() });
        return typeof (await device.ask(device_code)) !== 'string';
      };
    },
  },
];

const states: { state: CitizenState; citizen: number; closes: (row: Row) => boolean }[] = [
  { state: 'active', citizen: 3, closes: () => false },
  { state: 'locked', citizen: 0, closes: () => true },
  { state: 'closed', citizen: 1, closes: () => true },
  // What they gave out before stays theirs; nothing new starts before there is a new password.
  { state: 'must-change-password', citizen: 2, closes: ({ name }) => /silent|question/.test(name) },
];

describe.each(states)('a citizen who is $state', ({ state, citizen, closes }) => {
  const attempts = new Map<string, Attempt>();

  beforeAll(async () => {
    for (const row of rows) attempts.set(row.name, await row.prepare(citizen));
    for (const { name } of rows.filter(({ isLasting }) => isLasting === true))
      expect(await attempts.get(name)?.(), `${name}, before`).toBe(true);
    await here.services.people.citizens.setState(here.citizens[citizen]?.id ?? '', state, 'test');
    // One look at the change feed, which every instance takes each second.
    await elsewhere.services.changeFeed.poll();
  }, 60_000);

  test.each(rows)('$name', async (row) => {
    const attempt = attempts.get(row.name);
    const isOpen = !closes(row);
    if (row.isLasting === true && !isOpen)
      return expect.poll(() => attempt?.(), { timeout: DEAD_WITHIN, interval: 200 }).toBe(false);
    expect(await attempt?.()).toBe(isOpen);
  });
});
