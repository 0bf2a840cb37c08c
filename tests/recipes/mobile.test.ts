import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Recipe, recipesFor } from '#relying-parties/recipes.ts';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The values of docs/recipes/mobile.md, taken out of its code, in the requests that AppAuth makes; the phone is missing. */
let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

const REDIRECTS = {
  'a scheme of its own': { clientId: 'app-scheme', redirectUri: 'ir.ac.sample.app:/callback' },
  'an https address that it has claimed': { clientId: 'app-https', redirectUri: 'https://app.sample.ac.ir/callback' },
};
const recipeOf = async (redirect: { clientId: string; redirectUri: string }): Promise<Recipe | undefined> => {
  const values = { issuer: provider.issuer, ...redirect, postLogoutRedirectUri: redirect.redirectUri };
  const [recipe, ...more] = await recipesFor(values, 'native');
  expect(more).toEqual([]);
  return recipe;
};
const taken = (markdown: string, pattern: RegExp) => pattern.exec(markdown)?.[1] ?? '';

test.each(Object.entries(REDIRECTS))('an app with %s signs a citizen in without a secret', async (_what, redirect) => {
  const markdown = (await recipeOf(redirect))?.markdown ?? '';
  const redirectUri = taken(markdown, /REDIRECT = Uri\.parse\("([^"]+)"\)/);
  const clientId = taken(markdown, /clientId: "([^"]+)"/);
  expect([clientId, redirectUri]).toEqual([redirect.clientId, redirect.redirectUri]);
  await provider.register({
    clientId,
    metadata: {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
    },
  });
  const issuer = new URL(taken(markdown, /ISSUER = "([^"]+)"/));
  const registered = { id_token_signed_response_alg: 'ES256' };
  const insecure = { execute: [oidc.allowInsecureRequests] };
  const panjereh = await oidc.discovery(issuer, clientId, registered, oidc.None(), insecure);
  const checks = { expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const request = oidc.buildAuthorizationUrl(panjereh, {
    redirect_uri: redirectUri,
    scope: taken(markdown, /setScope\("([^"]+)"\)/),
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const answer = await signInAndConsent(createBrowser(), {
    authorizationUrl: request.href,
    nationalCode: provider.citizens[0]?.nationalCode ?? '',
    password: provider.password,
  });
  expect(answer.href.startsWith(`${redirectUri}?`)).toBe(true);
  expect(answer.searchParams.get('iss')).toBe(provider.issuer);
  const tokens = await oidc.authorizationCodeGrant(panjereh, answer, { ...checks, pkceCodeVerifier });
  expect(tokens.claims()?.sub).toMatch(/^[\w-]{43}$/);
});

test('the recipe says of each kind of redirect what belongs to it, and of the other nothing', async () => {
  const [scheme, https] = await Promise.all(Object.values(REDIRECTS).map(recipeOf));
  expect(scheme?.markdown).toContain("appAuthRedirectScheme: 'ir.ac.sample.app'");
  expect(scheme?.markdown).not.toContain('assetlinks');
  expect(https?.markdown).toContain('android:host="app.sample.ac.ir" android:path="/callback"');
  expect(https?.markdown).not.toContain('manifestPlaceholders');
  for (const recipe of [scheme, https]) expect(recipe?.markdown).not.toMatch(/<!--|\{\{|CLIENT_SECRET/);
});

test('a server is told nothing of phones, an app nothing of servers, and a port of one’s own machine has no recipe', async () => {
  const values = { issuer: provider.issuer, clientId: 'x', postLogoutRedirectUri: 'https://sample.ac.ir/' };
  const page = { ...values, redirectUri: 'https://sample.ac.ir/callback' };
  expect((await recipesFor(page)).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'moodle', 'apache']),
  );
  expect((await recipesFor(page)).map(({ name }) => name)).not.toContain('mobile');
  expect((await recipesFor(page, 'native')).map(({ name }) => name)).toEqual(['mobile']);
  expect(await recipesFor({ ...values, redirectUri: 'http://127.0.0.1:4000/callback' }, 'native')).toEqual([]);
});

test('the console leads an app to the recipe for apps, and a page to those for servers', async () => {
  const app = { application_type: 'native', token_endpoint_auth_method: 'none', redirect_uris: ['ir.ac.sample:/back'] };
  await provider.register({ clientId: 'shown-app', metadata: app });
  const page = { redirect_uris: ['https://sample.ac.ir/callback'], token_endpoint_auth_method: 'client_secret_basic' };
  await provider.register({ clientId: 'shown-page', clientSecret: SECRET, metadata: page });
  const roles = ['shown-app', 'shown-page'].map((organisationId) => ({
    role: 'university-staff' as const,
    organisationId,
  }));
  const { browser } = await (await createTestOperator(provider, { citizen: 1, roles, clock: systemClock })).enter();
  const shown = async (clientId: string) =>
    (await browser.open(`${provider.issuer}/console/relying-parties/${clientId}/recipes`)).text;
  const [ofApp, ofPage] = [await shown('shown-app'), await shown('shown-page')];
  expect(ofApp).toContain('ir.ac.sample:/back');
  expect([ofApp.includes('AppAuth'), ofApp.includes('Moodle')]).toEqual([true, false]);
  expect([ofPage.includes('AppAuth'), ofPage.includes('Moodle')]).toEqual([false, true]);
});
