import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { migratedDatabase, sharedRedisCluster } from '#tests/support/servers.ts';
import { startSentinel } from './sentinel.ts';

const shapes = {
  /** Six processes: three primaries that share the slots, and their replicas. */
  'a Redis Cluster': async () => ({ url: (await sharedRedisCluster()).url, stop: async () => {} }),
  'a Redis watched by a Sentinel': startSentinel,
};

describe.each(Object.entries(shapes))('on %s', (_name, start) => {
  let redis: { url: string; stop(): Promise<void> };
  let provider: TestProvider;
  let first: TestRelyingParty;
  let second: TestRelyingParty;
  beforeAll(async () => {
    redis = await start();
    provider = await startProvider({ stores: { databaseUrl: await migratedDatabase(), redisUrl: redis.url } });
    [first, second] = (await Promise.all(
      ['first', 'second'].map((clientId) => createRelyingParty(provider, { clientId })),
    )) as [TestRelyingParty, TestRelyingParty];
  });
  afterAll(async () => {
    await provider?.close();
    await redis?.stop();
  });

  test('a citizen signs in once, is known at the second university, and then without any page', async () => {
    const browser = createBrowser();
    const tokens = await first.signIn({ browser });
    const sub = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(first.config, tokens.access_token, sub)).toMatchObject({
      given_name: provider.citizens[0]?.givenName,
    });

    const two = await second.begin();
    expect((await browser.open(two.url, { stayAt: provider.issuer })).url).toContain('/consent/');
    expect((await second.signIn({ browser })).claims()?.sub).not.toBe(sub);

    const again = await first.begin();
    const silent = await browser.open(again.url, { stayAt: provider.issuer });
    expect(silent).toMatchObject({ status: 303, leadsTo: expect.stringContaining(first.redirectUri) });
    expect((await again.finish(new URL(silent.leadsTo ?? ''))).claims()?.sub).toBe(sub);
  });

  test('a refresh token is rotated, and revoking it ends the access tokens of its grant', async () => {
    const begun = await first.signIn({ extra: { scope: 'openid profile offline_access', prompt: 'consent' } });
    const next = await oidc.refreshTokenGrant(first.config, begun.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(begun.refresh_token);
    await oidc.tokenRevocation(first.config, next.refresh_token ?? '');
    for (const { access_token } of [begun, next])
      expect(await oidc.tokenIntrospection(first.config, access_token)).toEqual({ active: false });
  });

  test('a code is redeemed once, and twice ends what it brought', async () => {
    const browser = createBrowser();
    await first.signIn({ browser });
    const { url, finish } = await first.begin();
    const callback = new URL((await browser.open(url, { stayAt: provider.issuer })).leadsTo ?? '');
    const tokens = await finish(callback);
    expect(await errorOf(finish(callback))).toBe('invalid_grant');
    expect(await oidc.tokenIntrospection(first.config, tokens.access_token)).toEqual({ active: false });
  });

  test('wrong passwords are counted for all browsers together, and whoever guesses on has to work for it', async () => {
    const nationalCode = provider.citizens[2]?.nationalCode;
    const asked: boolean[] = [];
    for (let guess = 0; guess < 4; guess++) {
      const guesser = createBrowser();
      const shown = await guesser.open((await first.begin()).url, { stayAt: provider.issuer });
      const fields = { national_code: nationalCode, password: `guess ${guess}` };
      const answer = await guesser.submit(shown, fields, { stayAt: provider.issuer });
      expect(answer.status).toBe(422);
      asked.push(answer.text.includes('id="puzzle"'));
    }
    expect(asked).toEqual([false, false, true, true]);
  });
});
