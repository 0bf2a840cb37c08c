import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { GRADES, saveGrades } from '#tests/support/grades.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { stepOf, submitTo } from '#tests/support/sign-in-steps.ts';

/** A resource server that wants the second level, not older than ten minutes, and says so (RFC 9470). */
const TWO = 'urn:panjereh:aal:2';
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let resource: Server;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, {
    clientId: 'university',
    rest: { agreement: { claims: [], scopes: ['openid', 'profile', 'offline_access', 'grades:read'] } },
  });
  await saveGrades(provider, { organisationId: 'university' });
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
  resource = createServer(async (request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { payload } = await jwtVerify(token, keys, { issuer: provider.issuer, audience: GRADES, typ: 'at+jwt' });
    const isStrong = payload.acr === TWO;
    const isFresh = clock.now() / 1000 - Number(payload.auth_time) <= 600;
    if (isStrong && isFresh) return response.end('20');
    response.writeHead(401, {
      'www-authenticate': `Bearer error="insufficient_user_authentication", acr_values="${TWO}", max_age="600"`,
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(resource, 'listening');
});
afterAll(async () => {
  resource.close();
  await provider.close();
  await outside.close();
});

const ask = async (accessToken: string) => {
  const { port } = resource.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${accessToken}` } });
  const challenge = answer.headers.get('www-authenticate') ?? '';
  const parameter = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  return {
    status: answer.status,
    error: parameter('error'),
    acr_values: parameter('acr_values'),
    max_age: parameter('max_age'),
  };
};
const stayAt = () => ({ stayAt: provider.issuer });
/** The code for a token that this resource server takes (RFC 8707 section 2.2). */
async function redeem({ url, verifier }: { url: string; verifier: string }, callback: string | undefined) {
  const asked = new URL(url).searchParams;
  const checks = {
    pkceCodeVerifier: verifier,
    expectedNonce: asked.get('nonce') ?? '',
    expectedState: asked.get('state') ?? '',
  };
  return oidc.authorizationCodeGrant(university.config, new URL(callback ?? ''), checks, { resource: GRADES });
}
const wanting = { resource: GRADES, scope: 'openid grades:read' };

test('its challenge leads to the missing factor alone, and the new token is good enough; a refreshed one is not', async () => {
  const browser = createBrowser();
  const begun = await university.begin({ ...wanting, scope: `${wanting.scope} offline_access`, prompt: 'consent' });
  const first = await browser.open(begun.url, stayAt());
  const who = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  const consent = await browser.submit(first, who, stayAt());
  const allowed = await browser.submit(consent, { decision: 'allow' }, stayAt());
  const weak = await redeem(begun, allowed.leadsTo);
  const challenged = await ask(weak.access_token);
  expect(challenged).toEqual({
    status: 401,
    error: 'insufficient_user_authentication',
    acr_values: TWO,
    max_age: '600',
  });

  clock.advance(5 * MINUTE);
  await provider.services.signingKeys.refresh();
  const { acr_values, max_age } = challenged;
  const raised = await university.begin({ ...wanting, acr_values, max_age });
  const step = await browser.open(raised.url, stayAt());
  expect(stepOf(step)).toBe('sms');
  const asked = await submitTo(browser, step, { path: '/sms/send', stayAt: provider.issuer });
  const code = outside.codeFor('+989990000001');
  const done = await submitTo(browser, asked, { path: '/sms', fields: { code }, stayAt: provider.issuer });
  const strong = await redeem(raised, done.leadsTo);
  expect((await ask(strong.access_token)).status).toBe(200);

  const refreshed = await oidc.refreshTokenGrant(university.config, weak.refresh_token ?? '', { resource: GRADES });
  expect((await ask(refreshed.access_token)).status).toBe(401);

  // Ten minutes after the password, the level is too old, though the code was given later.
  clock.advance(6 * MINUTE);
  await provider.services.signingKeys.refresh();
  expect((await ask(strong.access_token)).error).toBe('insufficient_user_authentication');
  const again = await browser.open((await university.begin({ ...wanting, acr_values, max_age })).url, stayAt());
  expect(stepOf(again)).toBe('password');
});

test('introspection tells the level and the time of an opaque token too (RFC 9470 section 6.2)', async () => {
  const tokens = await university.signIn({ citizen: 1 });
  const told = await oidc.tokenIntrospection(university.config, tokens.access_token);
  expect(told).toMatchObject({ active: true, acr: 'urn:panjereh:aal:1', auth_time: clock.now() / 1000 });
});
