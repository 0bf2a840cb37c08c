import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { DEMO_CITIZENS } from '#root/commands/demo-citizens.ts';
import { type Browser, createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

/**
 * A bit of everything that people and relying parties do, with every secret on the way written down, so that stores
 * and logs can be searched for them. Some of it is left unfinished: what is under way is stored too.
 */
export type Planted = ReadonlyMap<string, string>;

const WRONG_PASSWORD = 'a-password-that-is-wrong-and-was-typed';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const offline = { scope: 'openid profile birthdate phone national_code offline_access', prompt: 'consent' };

export async function walkEverything(provider: TestProvider): Promise<Planted> {
  const planted = new Map<string, string>();
  const plant = (name: string, value: string | undefined) => void (value && planted.set(`${name} ${value}`, value));
  const plantTokens = (tokens: oidc.TokenEndpointResponse) => {
    for (const name of ['access_token', 'refresh_token', 'id_token'] as const) plant(name, tokens[name]);
  };
  const plantCookies = ({ cookies }: Browser) => {
    for (const { name, value } of cookies.filter((cookie) => cookie.value.length > 15)) plant(`cookie ${name}`, value);
  };
  for (const { nationalCode, phone, birthDate } of DEMO_CITIZENS) {
    plant('national code', nationalCode);
    plant('phone', phone);
    plant('birth date', birthDate);
  }
  plant('password', provider.password);
  plant('password', WRONG_PASSWORD);
  plant('client secret', SECRET);

  const university = await createRelyingParty(provider, { clientId: 'university' });
  const who = (index: number) => ({
    nationalCode: provider.citizens[index]?.nationalCode ?? '',
    password: provider.password,
  });
  const stayAt = provider.issuer;

  async function signIn(party: TestRelyingParty, browser: Browser, { usePar = false, citizen = 0 } = {}) {
    const { url, verifier, finish } = await party.begin(
      { ...offline, login_hint: who(citizen).nationalCode },
      { usePar },
    );
    plant('request_uri', new URL(url).searchParams.get('request_uri')?.replace(/^urn:.*:/, ''));
    const callback = await signInAndConsent(browser, { authorizationUrl: url, ...who(citizen) });
    plant('code', callback.searchParams.get('code') ?? undefined);
    plant('verifier', verifier);
    plantCookies(browser);
    return { callback, finish };
  }

  // Wrong password, unknown code, then right; a code redeemed, tokens used, rotated, replayed, introspected.
  const browser = createBrowser();
  const page = await browser.open((await university.begin()).url, { stayAt });
  plantCookies(browser);
  for (const nationalCode of [who(0).nationalCode, '6691000412', 'not a code'])
    await browser.submit(page, { national_code: nationalCode, password: WRONG_PASSWORD }, { stayAt });
  const { callback, finish } = await signIn(university, browser);
  const tokens = await finish(callback);
  plantTokens(tokens);
  await oidc.fetchUserInfo(university.config, tokens.access_token, oidc.skipSubjectCheck);
  await oidc.tokenIntrospection(university.config, tokens.access_token);
  const rotated = await oidc.refreshTokenGrant(university.config, tokens.refresh_token ?? '');
  plantTokens(rotated);
  await errorOf(oidc.refreshTokenGrant(university.config, tokens.refresh_token ?? ''));

  // A code never redeemed, one redeemed with a wrong verifier, one redeemed twice.
  await signIn(university, createBrowser(), { usePar: true, citizen: 1 });
  const wrong = await signIn(university, createBrowser(), { citizen: 1 });
  await errorOf(
    oidc.authorizationCodeGrant(university.config, wrong.callback, {
      pkceCodeVerifier: 'x'.repeat(43),
      expectedState: wrong.callback.searchParams.get('state') ?? '',
    }),
  );
  await errorOf(finish(callback));

  // A request pushed and not used, a consent page left open, a sign-in page left open with the code typed wrongly.
  const pushed = await university.begin({ ...offline, login_hint: who(2).nationalCode }, { usePar: true });
  plant('request_uri', new URL(pushed.url).searchParams.get('request_uri')?.replace(/^urn:.*:/, ''));
  const left = createBrowser();
  const open = await left.open((await university.begin({ ...offline, login_hint: who(2).nationalCode })).url, {
    stayAt,
  });
  const { nationalCode, password } = who(2);
  await left.submit(open, { national_code: nationalCode, password }, { stayAt });
  plantCookies(left);

  // A device that waits, seen by the citizen; a client that lies about its secret.
  const device = await askForDevice(provider);
  plant('device_code', device.device_code);
  plant('user_code', device.user_code);
  const confirm = await browser.open(device.verification_uri_complete ?? '', { stayAt });
  await browser.submit(confirm, {}, { stayAt });
  plantCookies(browser);
  const stranger = `Basic ${Buffer.from('university:a-client-secret-that-is-wrong-and-was-sent').toString('base64')}`;
  plant('wrong secret', 'a-client-secret-that-is-wrong-and-was-sent');
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: rotated.refresh_token ?? '' });
  await fetch(`${stayAt}/token`, { method: 'POST', headers: { authorization: stranger }, body });

  // Signing out, half and whole.
  const away = createBrowser();
  const last = await signIn(university, away, { citizen: 3 });
  const ended = await last.finish(last.callback);
  plantTokens(ended);
  const goodbye = await away.open(`${stayAt}/logout?id_token_hint=${ended.id_token}`, { stayAt });
  await away.submit(goodbye, { logout: 'yes' }, { stayAt });
  return planted;
}

/** A kiosk of the library, which proves itself with a key that it publishes. */
async function askForDevice(provider: TestProvider): Promise<oidc.DeviceAuthorizationResponse> {
  const keys = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'kiosk', alg: 'ES256', use: 'sig' };
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await provider.register({
    clientId: 'kiosk',
    metadata: {
      application_type: 'native',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `http://localhost:${port}/jwks`,
      grant_types: [DEVICE_GRANT, 'refresh_token'],
    },
  });
  const authentication = oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'kiosk' });
  const options = { execute: [oidc.allowInsecureRequests] };
  try {
    const kiosk = await oidc.discovery(new URL(provider.issuer), 'kiosk', {}, authentication, options);
    return await oidc.initiateDeviceAuthorization(kiosk, { scope: 'openid profile' });
  } finally {
    server.close();
  }
}

/** What people could be found by: few enough to be hashed one after another until one fits. */
const GUESSABLE = /^(?:national code|phone|birth date|password|user_code) /;

/** What of the planted is in the text: as it is, as base64, hexadecimal or in an address; what is guessable also hashed without a key. */
export function findPlanted(planted: Planted, text: string): string[] {
  return [...planted].flatMap(([name, value]) => {
    const written = ['base64', 'base64url', 'hex'].map((form) => Buffer.from(value).toString(form as 'hex'));
    const hashed = ['sha256', 'sha1', 'md5'].flatMap((algorithm) =>
      (['hex', 'base64url'] as const).map((form) => createHash(algorithm).update(value).digest(form)),
    );
    const forms = [value, encodeURIComponent(value), ...written, ...(GUESSABLE.test(name) ? hashed : [])];
    const found = new Set(forms.map((form) => form.replace(/=+$/, '')).filter((form) => text.includes(form)));
    return found.size === 0 ? [] : [`${name} as ${[...found].join(' and ')}`];
  });
}
