import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { epochSeconds, systemClock } from '#platform/clock.ts';
import { createAccessTokens } from '#root/api/access-tokens.ts';
import { type ApiService, callApi, createApiService } from '#tests/support/api-service.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** Class 25 at the API: a token is good by the key that it names, as long as that key is published. */
let provider: TestProvider;
let service: ApiService;
beforeAll(async () => {
  provider = await startProvider();
  service = await createApiService(provider, { clientId: 'service' });
});
afterAll(() => provider.close());

const open = (token: string) =>
  callApi(provider.issuer, { path: '/organisation', headers: { authorization: `Bearer ${token}` } });

function activeKey() {
  const active = provider.services.signingKeys.current().algorithms.find(({ alg }) => alg === 'ES256')?.active;
  if (active?.privateKey === undefined) throw new Error('there is no key to sign with');
  return { kid: active.kid, privateKey: active.privateKey };
}

test('a token that names no key is not tried with the only one that there is', async () => {
  const { kid, privateKey } = activeKey();
  const audience = `${provider.issuer}/api`;
  const tokens = createAccessTokens({
    ...{ issuer: provider.issuer, audience, clock: systemClock },
    currentRing() {
      const ring = provider.services.signingKeys.current();
      const onlyThis = ({ published }: (typeof ring.algorithms)[number]) => published.filter((key) => key.kid === kid);
      return { ...ring, algorithms: ring.algorithms.map((each) => ({ ...each, published: onlyThis(each) })) };
    },
  });
  const now = epochSeconds(systemClock);
  const claims = { iss: provider.issuer, aud: audience, sub: 'service', client_id: 'service', jti: 'x' };
  const signed = (header: { kid?: string }) =>
    new SignJWT({ ...claims, iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
      .sign(privateKey);
  expect(await tokens.verify(await signed({ kid })), 'control').toMatchObject({ clientId: 'service' });
  await expect(tokens.verify(await signed({}))).rejects.toMatchObject({ kind: 'token-invalid' });
});

test('a token opens nothing from the moment when the key that signed it is revoked', async () => {
  const { signingKeys } = provider.services;
  const before = await service.token();
  expect((await open(before)).status, 'control: until then').toBe(200);
  const { kid } = activeKey();
  await signingKeys.requestRevocation({ kid, reason: 'a drill', by: 'Sara' });
  await expect(signingKeys.approveRevocation({ kid, by: 'Dariush' })).resolves.toMatchObject({ outcome: 'done' });
  expect((await open(before)).status).toBe(401);
  expect((await open(await service.token())).status, 'control: by the next key').toBe(200);
});
