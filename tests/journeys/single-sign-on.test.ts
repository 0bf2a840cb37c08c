import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

const REDIRECT = 'https://university.example/callback';

describe.each(['embedded', 'real'] as const)('single sign-on on %s stores', (stores) => {
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await startProvider({ stores });
    for (const clientId of ['first', 'second']) {
      await provider.register({
        clientId,
        clientSecret: `${clientId}-secret-of-at-least-32-characters`,
        metadata: {
          redirect_uris: [REDIRECT],
          token_endpoint_auth_method: 'client_secret_basic',
          grant_types: ['authorization_code', 'refresh_token'],
          post_logout_redirect_uris: ['https://university.example/bye'],
        },
      });
    }
  });
  afterAll(() => provider.close());

  const discover = (clientId: string) =>
    oidc.discovery(
      new URL(provider.issuer),
      clientId,
      {},
      oidc.ClientSecretBasic(`${clientId}-secret-of-at-least-32-characters`),
      {
        execute: [oidc.allowInsecureRequests],
      },
    );

  async function begin(config: oidc.Configuration, extra: Record<string, string> = {}) {
    const verifier = oidc.randomPKCECodeVerifier();
    const nonce = oidc.randomNonce();
    const state = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid profile phone',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
      ...extra,
    });
    return {
      url: url.href,
      finish: (callback: URL) =>
        oidc.authorizationCodeGrant(config, callback, {
          pkceCodeVerifier: verifier,
          expectedNonce: nonce,
          expectedState: state,
        }),
    };
  }

  test('a citizen who signed in once is known at the second university after agreeing, and then without any page', async () => {
    const [first, second] = await Promise.all([discover('first'), discover('second')]);
    const [citizen] = provider.citizens;
    if (citizen === undefined) throw new Error('no demo citizen');
    const who = { nationalCode: citizen.nationalCode, password: provider.password };
    const browser = createBrowser();

    const one = await begin(first);
    const tokens = await one.finish(await signInAndConsent(browser, { authorizationUrl: one.url, ...who }));
    expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:aal:1', amr: ['pwd'] });
    const userinfo = await oidc.fetchUserInfo(first, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(userinfo).toMatchObject({ given_name: citizen.givenName, family_name: citizen.familyName });

    const two = await begin(second);
    const page = await browser.open(two.url, { stayAt: provider.issuer });
    expect(page.url).toContain('/consent/');
    const tokensTwo = await two.finish(
      await signInAndConsent(browser, { authorizationUrl: two.url, ...who, password: 'not-needed' }),
    );
    expect(tokensTwo.claims()?.sub).not.toBe(tokens.claims()?.sub);

    const again = await begin(first);
    const silent = await browser.open(again.url, { stayAt: provider.issuer });
    expect(silent.leadsTo).toContain(REDIRECT);
    expect(silent.status).toBe(303);
    expect((await again.finish(new URL(silent.leadsTo ?? ''))).claims()?.sub).toBe(tokens.claims()?.sub);
  });

  test('prompt=none without a session is answered with login_required', async () => {
    const config = await discover('first');
    const { url } = await begin(config, { prompt: 'none' });
    const page = await createBrowser().open(url, { stayAt: provider.issuer });
    expect(new URL(page.leadsTo ?? '').searchParams.get('error')).toBe('login_required');
  });

  test('a wrong password and an unknown national code get the same page', async () => {
    const config = await discover('first');
    const pages = [];
    for (const nationalCode of [provider.citizens[1]?.nationalCode ?? '', '6691000412']) {
      const browser = createBrowser();
      const page = await browser.open((await begin(config)).url, { stayAt: provider.issuer });
      const refused = await browser.submit(
        page,
        { national_code: nationalCode, password: 'wrong' },
        { stayAt: provider.issuer },
      );
      pages.push({
        status: refused.status,
        text: refused.text
          .replaceAll(nationalCode, 'CODE')
          .replace(/value="[\w-]{43}"|&quot;challenge&quot;:&quot;[\w-]{43}/g, '')
          .replace(/sign-in\/[\w-]+|sign_in=[\w-]+/g, ''),
      });
    }
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]?.status).toBe(422);
  });
});
