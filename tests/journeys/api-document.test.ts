import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type ApiService, createApiService } from '#tests/support/api-service.ts';
import { createOpenApiChecks, type OpenApiDocument } from '#tests/support/open-api-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** What the API says of itself, and how it refuses. */
let provider: TestProvider;
let document: OpenApiDocument;
let checks: ReturnType<typeof createOpenApiChecks>;
let service: ApiService;

const name = { fa: 'سامانهٔ آموزش', en: 'Education system' };
const metadata = {
  redirect_uris: ['http://localhost:4000/callback'],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
};

beforeAll(async () => {
  provider = await startProvider();
  document = Object(await (await fetch(`${provider.issuer}/api/openapi.json`)).json());
  checks = createOpenApiChecks(document);
  const onReply = (reply: Parameters<typeof checks.faultsOf>[0]) => expect(checks.faultsOf(reply)).toEqual([]);
  service = await createApiService(provider, { clientId: 'university', onReply });
});
afterAll(() => provider.close());

test('what the console would refuse is refused with the place and the rule', async () => {
  const wrong = { ...metadata, redirect_uris: ['http://example.ac.ir/callback', 'https://a.ir/*'], scope: 'openid' };
  const refused = await service.call('POST', '/relying-parties', {
    body: { name, metadata: wrong, environment: 'test' },
  });
  expect(refused.status).toBe(422);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect(refused.body).toMatchObject({ type: 'urn:panjereh:problem:values-refused' });
  const missing = await service.call('POST', '/relying-parties', {
    body: {
      name: { fa: '', en: 'x' },
      metadata: { ...metadata, redirect_uris: ['http://example.ac.ir/c'] },
      environment: 'test',
    },
  });
  const pointers = Object(missing.body.errors).map((error: { pointer: string }) => error.pointer);
  expect(pointers).toEqual(expect.arrayContaining(['#/name/fa', '#/metadata/redirect_uris/0']));
});

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(document)).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('is the one that is kept in docs', async () => {
    const kept = JSON.parse(JSON.stringify(document).replaceAll(provider.issuer, 'https://sso.example.ir'));
    await expect(stringify(kept)).toMatchFileSnapshot('../../docs/openapi/panjereh-api.yaml');
  });

  test('the control: an answer that is not in it is noticed', async () => {
    const headers = new Headers({ 'content-type': 'application/json' });
    const reply = { method: 'GET', path: '/organisation', status: 200, headers, body: { id: 'university' } };
    expect(checks.faultsOf(reply)).not.toEqual([]);
    expect(checks.faultsOf({ ...reply, path: '/somewhere' })).toMatch(/not in the document/);
    expect(checks.faultsOf({ ...reply, status: 299 })).toMatch(/does not say/);
  });

  test('where to get a token is told as RFC 9728 says', async () => {
    const answer = await fetch(`${provider.issuer}/.well-known/oauth-protected-resource/api`);
    expect(await answer.json()).toMatchObject({
      resource: `${provider.issuer}/api`,
      authorization_servers: [provider.issuer],
    });
  });
});
