import { dirname } from 'node:path';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { createGradesService, GRADES, saveGrades } from '#tests/support/grades.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

/**
 * Account state × everything that ever gives something out, because lockout was forgotten in grant after grant
 * elsewhere (CVE-2025-64521; Keycloak CVE-2026-9798, -16103, -88770). The state is changed at one instance and the
 * attempts are made at another.
 */
const DEAD_WITHIN = 5_000;
const scope = 'openid profile offline_access';

let here: TestProvider;
let elsewhere: TestProvider;

beforeAll(async () => {
  const stores = await realStores();
  here = await startProvider({ stores });
  const { settings } = here.services;
  elsewhere = await startProvider({
    stores: { databaseUrl: settings.databaseUrl ?? '', redisUrl: settings.redisUrl ?? '' },
    folder: dirname(settings.keysFolder),
  });
}, 60_000);
afterAll(async () => {
  await elsewhere.close();
  await here.close();
});

/** Made while all is well; answers whether it gives something out now. */
type Attempt = () => Promise<boolean>;
type Prepare = (about: { party: TestRelyingParty; citizen: number }) => Promise<Attempt>;

const works = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    (error: unknown) => {
      if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError) return false;
      throw error;
    },
  );

async function signIn(party: TestRelyingParty, citizen: number, browser: Browser = createBrowser()) {
  const begun = await party.begin({ scope, prompt: 'consent' });
  const callback = await signInAndConsent(browser, { authorizationUrl: begun.url, ...whoIs(citizen) });
  return { begun, callback };
}

function whoIs(citizen: number) {
  return { nationalCode: here.citizens[citizen]?.nationalCode ?? '', password: here.password };
}

const tokensOf: (party: TestRelyingParty, citizen: number) => Promise<oidc.TokenEndpointResponse> = async (
  party,
  citizen,
) => {
  const { begun, callback } = await signIn(party, citizen);
  return begun.finish(callback);
};

/** Asked again and again until the answer is no. */
const lasting: Record<string, Prepare> = {
  async userinfo({ party, citizen }) {
    const { access_token } = await tokensOf(party, citizen);
    return () => works(oidc.fetchUserInfo(party.config, access_token, oidc.skipSubjectCheck));
  },
  async 'introspection of an access token'({ party, citizen }) {
    const { access_token } = await tokensOf(party, citizen);
    return () => introspects(party, access_token);
  },
  async 'introspection of a refresh token'({ party, citizen }) {
    const { refresh_token = '' } = await tokensOf(party, citizen);
    return () => introspects(party, refresh_token);
  },
  async 'silent sign-on'({ party, citizen }) {
    const browser = createBrowser();
    await signIn(party, citizen, browser);
    return async () => {
      const page = await browser.open((await party.begin({ prompt: 'none' })).url, { stayAt: elsewhere.issuer });
      return new URL(page.leadsTo ?? page.url).searchParams.has('code');
    };
  },
};

/** Can be tried once, so tried when the answer must be no. */
const once: Record<string, Prepare> = {
  async 'a refresh token'({ party, citizen }) {
    const { refresh_token = '' } = await tokensOf(party, citizen);
    return () => works(oidc.refreshTokenGrant(party.config, refresh_token));
  },
  async 'a code on its way'({ party, citizen }) {
    const { begun, callback } = await signIn(party, citizen);
    return () => works(begun.finish(callback));
  },
  async 'a consent page left open'({ party, citizen }) {
    const browser = createBrowser();
    const { url } = await party.begin({ scope, prompt: 'consent' });
    const stayAt = elsewhere.issuer;
    const first = await browser.open(url, { stayAt });
    const { nationalCode, password } = whoIs(citizen);
    const page = await browser.submit(first, { national_code: nationalCode, password }, { stayAt });
    return async () => isCode((await browser.submit(page, { decision: 'allow' }, { stayAt })).leadsTo);
  },
  async 'a sign-in page left open'({ party, citizen }) {
    const browser = createBrowser();
    const { url } = await party.begin();
    const stayAt = elsewhere.issuer;
    const page = await browser.open(url, { stayAt });
    const { nationalCode, password } = whoIs(citizen);
    return async () => {
      const next = await browser.submit(page, { national_code: nationalCode, password }, { stayAt });
      return isCode(next.leadsTo) || (next.url.includes('/consent/') && next.status === 200);
    };
  },
  async 'a pushed request'({ party, citizen }) {
    const browser = createBrowser();
    await signIn(party, citizen, browser);
    const { url } = await party.begin({ scope }, { usePar: true });
    return async () => isCode((await browser.open(url, { stayAt: elsewhere.issuer })).leadsTo);
  },
};

function isCode(address: string | undefined): boolean {
  return address !== undefined && new URL(address).searchParams.has('code');
}

async function introspects(party: TestRelyingParty, token: string): Promise<boolean> {
  try {
    return (await oidc.tokenIntrospection(party.config, token)).active;
  } catch (error) {
    // A suspended relying party may not even ask.
    if (error instanceof oidc.WWWAuthenticateChallengeError && error.status === 401) return false;
    throw error;
  }
}

type State = { name: string; citizen: number; change(clientId: string): Promise<unknown>; isControl?: boolean };

const states: State[] = [
  { name: 'control: nothing has changed', citizen: 3, change: async () => undefined, isControl: true },
  {
    name: 'a locked citizen',
    citizen: 0,
    change: () => here.services.people.citizens.setState(here.citizens[0]?.id ?? '', 'locked', 'test'),
  },
  {
    name: 'a closed citizen',
    citizen: 1,
    change: () => here.services.people.citizens.setState(here.citizens[1]?.id ?? '', 'closed', 'test'),
  },
  {
    name: 'a suspended relying party',
    citizen: 2,
    change: (clientId) => here.services.registry.relyingParties.setState(clientId, 'suspended'),
  },
];

describe.each(states)('$name', ({ name, citizen, change, isControl = false }) => {
  const attempts = new Map<string, Attempt>();

  beforeAll(async () => {
    const party = await createRelyingParty(elsewhere, { clientId: `party-${citizen}` });
    for (const [row, prepare] of Object.entries({ ...lasting, ...once }))
      attempts.set(row, await prepare({ party, citizen }));
    for (const row of Object.keys(lasting)) expect(await attempts.get(row)?.(), `${row}, before`).toBe(true);
    await change(`party-${citizen}`);
  }, 60_000);

  const gives = async (row: string) => (await attempts.get(row)?.()) ?? !isControl;

  test.each(Object.keys(lasting))(`${isControl ? 'works' : 'is dead within 5 s'}: %s`, async (row) => {
    if (isControl) return expect(await gives(row), name).toBe(true);
    await expect.poll(() => gives(row), { timeout: DEAD_WITHIN, interval: 200 }).toBe(false);
  });

  test.each(Object.keys(once))(`${isControl ? 'works' : 'is dead'}: %s`, async (row) => {
    expect(await gives(row)).toBe(isControl);
  });
});

test('a suspended relying party gets no token of its own either, and gets them again once it is active', async () => {
  await createGradesService(elsewhere);
  await saveGrades(here, { organisationId: 'service' });
  const status = async () => {
    const answer = await fetch(`${elsewhere.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'grades:read', resource: GRADES }),
    });
    return answer.status;
  };
  const { relyingParties } = here.services.registry;
  expect(await status()).toBe(200);
  await relyingParties.setState('service', 'suspended');
  await expect.poll(status, { timeout: DEAD_WITHIN, interval: 200 }).toBe(401);
  await relyingParties.setState('service', 'active');
  await expect.poll(status, { timeout: DEAD_WITHIN, interval: 200 }).toBe(200);
});
