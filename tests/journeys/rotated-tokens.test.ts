import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ageKeys, letScheduleAct } from '#tests/support/aged-keys.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createGradesService, GRADES, saveGrades } from '#tests/support/grades.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

const SIGNED_OUT = 'https://university.example/signed-out';
const by = 'tests';
let provider: TestProvider;
let receiver: LogoutReceiver;
let university: TestRelyingParty;
let service: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startLogoutReceiver();
  university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: {
      backchannel_logout_uri: receiver.uri,
      userinfo_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
    },
  });
  service = await createGradesService(provider);
  await saveGrades(provider, { organisationId: 'service' });
});
afterAll(async () => {
  await provider.close();
  receiver.close();
});

const current = () => provider.services.signingKeys.current().algorithms.find(({ alg }) => alg === 'ES256')?.active.kid;
const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const post = (path: string, fields: Record<string, string>, accept: string) =>
  fetch(`${provider.issuer}${path}`, {
    method: 'POST',
    headers: { accept, authorization: `Basic ${Buffer.from(`university:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams(fields),
  });

/** One of every kind of token that this issuer signs, each verified with the key set as it is now. */
async function everyToken(): Promise<Record<string, string>> {
  const browser = createBrowser();
  const tokens = await university.signIn({ browser });
  const bearer = { headers: { authorization: `Bearer ${tokens.access_token}` } };
  const { access_token } = await oidc.clientCredentialsGrant(service.config, {
    resource: GRADES,
    scope: 'grades:read',
  });
  const told = receiver.tokens.length;
  const introspected = await post('/introspect', { token: tokens.access_token }, 'application/token-introspection+jwt');
  const userinfo = await (await fetch(`${provider.issuer}/userinfo`, bearer)).text();
  const leave = new URL(`${provider.issuer}/logout`);
  leave.searchParams.set('id_token_hint', tokens.id_token ?? '');
  leave.searchParams.set('post_logout_redirect_uri', SIGNED_OUT);
  const page = await browser.open(leave.href, { stayAt: provider.issuer });
  if (page.leadsTo === undefined) await browser.submit(page, { logout: 'yes' }, { stayAt: provider.issuer });
  await vi.waitFor(() => expect(receiver.tokens.length).toBeGreaterThan(told), { timeout: 10_000 });
  const all = {
    'ID token': tokens.id_token ?? '',
    'access token': access_token,
    userinfo,
    introspection: await introspected.text(),
    'logout token': receiver.tokens.at(-1) ?? '',
  };
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
  for (const [name, token] of Object.entries(all))
    await expect(jwtVerify(token, keys), `${name}: ${token.slice(0, 80)}`).resolves.toMatchObject({
      payload: { iss: provider.issuer },
    });
  return all;
}

async function rotate(): Promise<string> {
  const kid = current() ?? '';
  await ageKeys(provider.services, 'ES256', 15);
  expect((await provider.services.signingKeys.rotate({ by, alg: 'ES256' })).outcome).toBe('done');
  expect(current()).not.toBe(kid);
  return kid;
}

test('ID tokens, JWT access tokens, userinfo, introspection answers and logout tokens all follow the ring', async () => {
  const first = current();
  for (const [name, token] of Object.entries(await everyToken())) expect([name, kidOf(token)]).toEqual([name, first]);
  await rotate();
  const second = current();
  for (const [name, token] of Object.entries(await everyToken())) expect([name, kidOf(token)]).toEqual([name, second]);
});

describe('an id_token_hint of ours', () => {
  const endings = [
    ['signed by a key that only verifies', 'understood'],
    ['signed by an archived key', 'understood'],
    ['signed by a revoked key', 'refused'],
  ] as const;

  test.each(endings)('%s is %s, at /auth and at /logout', async (which, verdict) => {
    const browser = createBrowser();
    const { id_token: hint = '' } = await university.signIn({ browser });
    const kid = kidOf(hint) ?? '';
    expect(await hintAtAuth(browser, hint), 'control: while its key signs').toBe('understood');
    if (which.includes('revoked')) {
      await provider.services.signingKeys.requestRevocation({ kid, reason: 'a drill', by: 'sara' });
      await provider.services.signingKeys.approveRevocation({ kid, by: 'reza' });
    } else {
      expect(await rotate()).toBe(kid);
    }
    if (which.includes('archived')) {
      await ageKeys(provider.services, 'ES256', 15);
      await letScheduleAct(provider.services);
      expect(provider.services.signingKeys.current().archived.map((key) => key.kid)).toContain(kid);
      expect(await (await fetch(`${provider.issuer}/jwks`)).text()).not.toContain(kid);
    }
    expect(await hintAtAuth(browser, hint)).toBe(verdict);
    expect(await hintAtLogout(hint)).toBe(verdict);
  });
});

async function hintAtAuth(browser: ReturnType<typeof createBrowser>, hint: string): Promise<string> {
  const page = await browser.open((await university.begin({ prompt: 'none', id_token_hint: hint })).url, {
    stayAt: provider.issuer,
  });
  const answer = new URL(page.leadsTo ?? 'about:blank').searchParams;
  if (answer.has('code')) return 'understood';
  return answer.get('error') === 'invalid_request' ? 'refused' : `${page.status} ${answer}`;
}

/** A stranger's browser: nobody is signed out by it, and the answer is the same. */
async function hintAtLogout(hint: string): Promise<string> {
  const leave = new URL(`${provider.issuer}/logout`);
  leave.searchParams.set('id_token_hint', hint);
  const page = await createBrowser().open(leave.href, { stayAt: provider.issuer });
  return page.status === 400 ? 'refused' : 'understood';
}
