import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose';
import { Provider } from 'oidc-provider';
import { afterEach, describe, expect, test } from 'vitest';
import { readAutoSubmitPage } from '#protocol/auto-submit.ts';
import { cacheClients } from '#protocol/cached-clients.ts';
import { libraryKey, type RingKey } from '#protocol/library-keys.ts';
import { sendLogoutsThroughOutbox } from '#protocol/logout.ts';

/** What we rely on in oidc-provider and it does not promise in its documentation, or flags as experimental. */

const open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function newKey(type: 'ES256' | 'RS256', { isPublicOnly = false } = {}): Promise<RingKey> {
  const { publicKey, privateKey } =
    type === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicJwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(publicJwk);
  return { kid, alg: type, publicJwk, ...(isPublicOnly ? {} : { privateKey }) };
}

async function start(keys: readonly RingKey[], client: Record<string, unknown> = {}) {
  const provider = new Provider('http://localhost', {
    jwks: { keys: keys.map((key) => libraryKey(key, async () => undefined)) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => 'https://api.example',
        getResourceServerInfo: async () => ({ scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
      },
    },
    clients: [
      {
        client_id: 'party',
        client_secret: 'secret-of-at-least-32-characters-long',
        redirect_uris: ['https://party.example/callback'],
        backchannel_logout_uri: 'https://party.example/logout',
        backchannel_logout_session_required: true,
        grant_types: ['client_credentials', 'authorization_code'],
        id_token_signed_response_alg: 'ES256',
        ...client,
      },
    ],
  });
  const server = createServer(provider.callback()).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const askToken = async () => {
    const answer = await fetch(`${address}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('party:secret-of-at-least-32-characters-long').toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return (await answer.json()) as { access_token?: string };
  };
  return { provider, address, askToken };
}

describe('keys that the library cannot see', () => {
  test('the first key of an algorithm signs, and the header names it', async () => {
    const [active, standby] = [await newKey('ES256'), await newKey('ES256', { isPublicOnly: true })];
    const { askToken } = await start([active, standby, await newKey('RS256')]);
    const { access_token = '' } = await askToken();
    const { protectedHeader } = await jwtVerify(
      access_token,
      createLocalJWKSet({ keys: [{ ...active.publicJwk, kid: active.kid }] }),
    );
    expect(protectedHeader).toMatchObject({ kid: active.kid, alg: 'ES256', typ: 'at+jwt' });
  });

  test('a key without its private half is refused when it comes first, and nothing else signs in its place', async () => {
    const { provider, askToken } = await start([await newKey('ES256', { isPublicOnly: true }), await newKey('ES256')]);
    const failures: Error[] = [];
    provider.on('server_error', (_ctx, error) => failures.push(error));
    expect(await askToken()).toMatchObject({ error: 'server_error' });
    expect(failures[0]?.message).toContain('must not sign');
  });

  test('what the library publishes of a key has no private member', async () => {
    const { address } = await start([await newKey('ES256'), await newKey('RS256')]);
    const { keys } = (await (await fetch(`${address}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(2);
    for (const key of keys)
      expect(Object.keys(key).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(member))).toEqual([]);
  });
});

test('the library looks clients up through Client.find, where ours answers from memory', async () => {
  const { provider, askToken } = await start([await newKey('ES256')]);
  let asked = 0;
  const find = provider.Client.find.bind(provider.Client);
  provider.Client.find = (id: string) => {
    asked += 1;
    return find(id);
  };
  const clients = cacheClients(provider);
  await askToken();
  await askToken();
  expect(asked).toBe(1);
  clients.forget('party');
  await askToken();
  expect(asked).toBe(2);
});

test('the library tells relying parties of a sign-out through Client.prototype.backchannelLogout', async () => {
  const { provider } = await start([await newKey('ES256')]);
  const owed: unknown[] = [];
  const deliver = sendLogoutsThroughOutbox(provider, { oweLogout: async (logout) => void owed.push(logout) });
  const client = (await provider.Client.find('party')) as
    | { backchannelLogout(citizenId: string, sid: string): Promise<void> }
    | undefined;
  await client?.backchannelLogout('citizen', 'sid');
  expect(owed).toEqual([{ clientId: 'party', citizenId: 'citizen', sid: 'sid' }]);
  // party.example does not exist: that it is tried at all shows that the library's own sending is kept.
  await expect(deliver({ clientId: 'party', citizenId: 'citizen', sid: 'sid' })).rejects.toThrow();
});

test('the page that submits itself is read with its target and its fields, entities included', async () => {
  const { default: formPost } = await import('oidc-provider/lib/response_modes/form_post.js');
  const response = { status: 200, body: '', response: { get: () => '' }, set: () => undefined };
  formPost(response, 'https://party.example/callback?a=1&b="2"', { code: 'c&d', state: `<"'>` });
  expect(readAutoSubmitPage(response.body)).toEqual({
    action: 'https://party.example/callback?a=1&b="2"',
    fields: [
      { name: 'code', value: 'c&d' },
      { name: 'state', value: `<"'>` },
    ],
  });
});
