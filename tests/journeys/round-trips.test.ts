import { setTimeout as wait } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { countTrips } from '#tests/support/count-trips.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty, type Tokens } from '#tests/support/relying-party.ts';

/**
 * Redis is another machine in production: what a person waits for is how often a request asks it and waits for the
 * answer before it can ask again. Questions asked together are one trip.
 */
describe.each([
  { where: 'one node', onCluster: false, signOn: 6, refresh: 3, introspection: 1, userinfo: 1 },
  { where: 'a Cluster', onCluster: true, signOn: 10, refresh: 4, introspection: 2, userinfo: 2 },
])('sequential round trips to the store on $where', ({ onCluster, signOn, refresh, introspection, userinfo }) => {
  let provider: TestProvider;
  let university: TestRelyingParty;
  let browser: Browser;
  let trips: ReturnType<typeof countTrips>;
  let tokens: Tokens;

  beforeAll(async () => {
    provider = await startProvider();
    university = await createRelyingParty(provider, { clientId: 'university' });
    browser = createBrowser();
    tokens = await university.signIn({ browser, extra: { scope: 'openid profile offline_access', prompt: 'consent' } });
    trips = countTrips({ store: provider.services.state, server: provider.app.server, onCluster });
  });
  afterAll(() => provider.close());

  const signOnOnce = async () => {
    const { access_token, claims } = await university.signIn({ browser });
    await oidc.fetchUserInfo(university.config, access_token, claims()?.sub ?? '');
  };

  test('single sign-on with a session seen in the last minute', async () => {
    expect(await trips.during(signOnOnce)).toEqual({ trips: signOn, commands: 6 });
  });

  test('single sign-on with a session that has to be written again takes no trip more', async () => {
    await letSessionsBeOlder(2 * MINUTE);
    expect(await trips.during(signOnOnce)).toEqual({ trips: signOn, commands: 9 });
  });

  /** The library tells the time by the machine's clock, so what is stored is moved instead. */
  async function letSessionsBeOlder(byMs: number): Promise<void> {
    const { state, sessions } = provider.services;
    for (const { id } of await sessions.list(provider.citizens[0]?.id ?? '')) {
      const { exp } = (await state.read(id))?.fields ?? {};
      await state.write(id, { set: { exp: String(Number(exp) - byMs / 1000) }, expiresInMs: 60 * MINUTE });
    }
  }

  test('userinfo', async () => {
    const asked = () => oidc.fetchUserInfo(university.config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(await trips.during(asked)).toEqual({ trips: userinfo, commands: 1 });
  });

  test('introspection, whichever kind of token it is', async () => {
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      const asked = () => oidc.tokenIntrospection(university.config, token);
      expect(await trips.during(asked)).toEqual({ trips: introspection, commands: 1 });
    }
  });

  test('refresh with rotation', async () => {
    const asked = () => oidc.refreshTokenGrant(university.config, tokens.refresh_token ?? '');
    expect((await trips.during(asked)).trips).toBe(refresh);
  });

  test('the control: questions that wait for each other are counted one by one', async () => {
    const { state } = provider.services;
    const inTurn = async () => {
      for (let times = 0; times < 3; times += 1) await state.read('nothing');
    };
    expect(await trips.during(inTurn)).toEqual({ trips: 3, commands: 3 });
    const together = () => Promise.all([state.read('nothing'), state.read('nothing'), state.read('nothing')]);
    expect(await trips.during(together)).toEqual({ trips: 1, commands: 3 });
  });

  test('what the provider asks by itself meanwhile is not counted', async () => {
    const { state } = provider.services;
    let byItself = Promise.resolve<unknown>(undefined);
    setTimeout(() => {
      byItself = state.read('nothing');
    }, 10);
    const asked = () => oidc.fetchUserInfo(university.config, tokens.access_token, tokens.claims()?.sub ?? '');
    const whileItAsks = async () => {
      await asked();
      await wait(20);
      await byItself;
    };
    expect(await trips.during(whileItAsks)).toEqual({ trips: userinfo, commands: 1 });
  });
});
