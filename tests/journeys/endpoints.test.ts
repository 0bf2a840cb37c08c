import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

const get = (path: string) => request(provider.issuer).get(path);

test.each(['/jwks', '/jwks/some-client', '/.well-known/openid-configuration'])(
  '%s may be kept by caches and asked about again cheaply',
  async (path) => {
    await get(path);
    const first = await get(path).expect(200);
    expect(first.headers['cache-control']).toMatch(/^public, max-age=\d+/);
    expect(first.headers['access-control-allow-origin']).toBe('*');
    const again = await get(path)
      .set('If-None-Match', first.headers.etag ?? '')
      .expect(304);
    expect(again.text).toBe('');
  },
);

test('the key set has an active and a standby key for ES256 and RS256, and nothing private', async () => {
  const { body } = await get('/jwks').expect(200);
  const algorithms = body.keys.map(({ alg }: { alg: string }) => alg);
  for (const alg of ['ES256', 'RS256'])
    expect(algorithms.filter((each: string) => each === alg).length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(body)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
});

test('discovery says what there is: PKCE with S256 alone, no implicit flow, pairwise subjects, iss in answers', async () => {
  const { body } = await get('/.well-known/openid-configuration').expect(200);
  expect(body).toMatchObject({
    issuer: provider.issuer,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['pairwise'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    claims_parameter_supported: true,
    pushed_authorization_request_endpoint: `${provider.issuer}/par`,
    end_session_endpoint: `${provider.issuer}/logout`,
    userinfo_endpoint: `${provider.issuer}/userinfo`,
  });
  expect(body.grant_types_supported).not.toContain('implicit');
  expect(body.grant_types_supported).not.toContain('password');
});

test('health tells a living process from one that is ready, and metrics are not on the public port', async () => {
  expect((await get('/healthz').expect(200)).body).toEqual({ status: 'alive' });
  expect((await get('/readyz').expect(200)).body).toEqual({ status: 'ready' });
  await get('/metrics').expect(404);
  const metrics = await request(provider.app.metricsServer).get('/metrics').expect(200);
  expect(metrics.text).toContain('panjereh_http_request_seconds');
  provider.app.setDraining();
  expect((await get('/readyz').expect(503)).body).toEqual({ status: 'draining' });
  await get('/healthz').expect(200);
});
