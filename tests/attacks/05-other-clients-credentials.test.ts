import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { randomToken } from '#platform/ids.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, obtainCode, post } from './hostile-requests.ts';

/** Whoever holds another client's code or token, and is a well-behaved client themselves, gets nothing with it. */
const ROWS = ['basic', 'post', 'app', 'screen', 'other-screen'] as const;
type ClientId = (typeof ROWS)[number];
const WITH_CODES = ['basic', 'post', 'app'] as const;

let provider: TestProvider;
let keysOfScreens: Server;
let screenKey: CryptoKey;
const parties = new Map<string, TestRelyingParty>();
const browser = createBrowser();
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  parties.set('basic', await createRelyingParty(provider, { clientId: 'basic' }));
  parties.set('post', await createRelyingParty(provider, { clientId: 'post', method: 'client_secret_post' }));
  parties.set(
    'app',
    await createRelyingParty(provider, { clientId: 'app', method: 'none', metadata: { application_type: 'native' } }),
  );
  const pair = await generateKeyPair('ES256');
  screenKey = pair.privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'screen' }] });
  keysOfScreens = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(jwks),
  ).listen(0, '127.0.0.1');
  await once(keysOfScreens, 'listening');
  const jwksUri = `http://127.0.0.1:${(keysOfScreens.address() as AddressInfo).port}/jwks`;
  for (const clientId of ['screen', 'other-screen']) {
    await provider.register({
      clientId,
      metadata: {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: jwksUri,
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      },
    });
  }
});
afterAll(async () => {
  keysOfScreens.close();
  await provider.close();
});

/** A request by this client with its own, right authentication. */
async function as(clientId: ClientId, path: string, fields: Record<string, string>) {
  const url = provider.issuer + path;
  switch (clientId) {
    case 'basic':
      return post(url, fields, basic(clientId));
    case 'post':
      return post(url, { ...fields, client_id: clientId, client_secret: SECRET });
    case 'app':
      return post(url, { ...fields, client_id: clientId });
    default:
      return post(url, {
        ...fields,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT({ jti: randomToken() })
          .setProtectedHeader({ alg: 'ES256', kid: 'screen' })
          .setIssuer(clientId)
          .setSubject(clientId)
          .setAudience(provider.issuer)
          .setIssuedAt(Math.floor(systemClock.now() / 1000))
          .setExpirationTime('1m')
          .sign(screenKey),
      });
  }
}

async function partyOf(owner: string): Promise<TestRelyingParty> {
  const party = parties.get(owner);
  if (party === undefined) throw new Error(`no ${owner}`);
  return party;
}

const pairs = WITH_CODES.flatMap((owner) =>
  ROWS.filter((thief) => thief !== owner).map((thief) => [owner, thief] as const),
);

describe.each(pairs)('what belongs to "%s", in the hands of "%s"', (owner, thief) => {
  test('a code', async () => {
    const { fields } = await obtainCode(provider, await partyOf(owner), { browser });
    expect(['invalid_grant', 'unauthorized_client', 'invalid_request']).toContain(
      errorIn(await as(thief, '/token', fields)),
    );
    const claimed = await as(thief, '/token', { ...fields, client_id: owner });
    expect(claimed.body.access_token).toBeUndefined();
  });

  test('a refresh token, an access token and its revocation', async () => {
    const { access_token = '', refresh_token = '' } = await (await partyOf(owner)).signIn({ browser, extra: offline });
    const stolen = await as(thief, '/token', { grant_type: 'refresh_token', refresh_token });
    expect(errorIn(stolen)).toBe('invalid_grant');
    for (const token of [access_token, refresh_token]) {
      expect((await as(thief, '/introspect', { token })).body.active ?? false).toBe(false);
      await as(thief, '/revoke', { token });
    }
    const alive = await ask(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
    expect(alive.status).toBe(200);
    expect(errorIn(await as(owner, '/token', { grant_type: 'refresh_token', refresh_token }))).toBe('accepted');
    expect(errorIn(await as(thief, '/token', { grant_type: 'refresh_token', refresh_token }))).toBe('invalid_grant');
  });

  test('a pushed request', async () => {
    const { url } = await (await partyOf(owner)).begin({ prompt: 'none' }, { usePar: true });
    const stolen = new URL(url);
    stolen.searchParams.set('client_id', thief);
    const answer = answerIn(await ask(stolen.href));
    expect(answer?.searchParams.has('code') ?? false).toBe(false);
    expect(answer?.searchParams.get('error') ?? 'page').not.toBe('login_required');
  });
});

test.each(WITH_CODES)('control: "%s" itself redeems its code and refreshes', async (owner) => {
  const { fields } = await obtainCode(provider, await partyOf(owner), { browser, extra: offline });
  const tokens = await as(owner, '/token', fields);
  expect(errorIn(tokens)).toBe('accepted');
  const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.body.refresh_token) };
  expect(errorIn(await as(owner, '/token', refresh))).toBe('accepted');
});

test('a device code works for the device that asked for it and for no other client', async () => {
  const device = await as('screen', '/device/auth', { scope: 'openid profile' });
  expect(device.status).toBe(200);
  const fields = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: String(device.body.device_code),
  };
  expect(errorIn(await as('screen', '/token', fields))).toBe('authorization_pending');
  for (const thief of ['basic', 'post', 'app', 'other-screen'] as const) {
    const answer = await as(thief, '/token', fields);
    expect(['invalid_grant', 'unauthorized_client', 'invalid_request'], thief).toContain(errorIn(answer));
  }
});

test('nobody is let in with the name of one client and the secret of another', async () => {
  const { fields } = await obtainCode(provider, await partyOf('basic'), { browser });
  const url = `${provider.issuer}/token`;
  const attempts = [
    post(url, fields, basic('basic', 'the-secret-of-somebody-else-entirely-00')),
    post(url, { ...fields, client_id: 'post', client_secret: SECRET }, basic('basic')),
    post(url, { ...fields, client_id: 'basic', client_secret: `${SECRET} ` }),
    post(url, { ...fields, client_id: 'basic', client_secret: '' }),
    post(url, { ...fields, client_id: 'basic' }),
  ];
  for (const answer of await Promise.all(attempts)) expect(answer.body.access_token).toBeUndefined();
  expect(errorIn(await post(url, fields, basic('basic')))).toBe('accepted');
});
