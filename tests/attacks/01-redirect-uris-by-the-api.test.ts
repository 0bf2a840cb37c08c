import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiService, createApiService } from '#tests/support/api-service.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { HOSTILE_URIS } from './hostile-uris.ts';

/** An organisation whose token for the API was stolen, and which is to register an address of the thief's. */
let provider: TestProvider;
let service: ApiService;
let entry: string;

const HONEST = 'http://localhost:4000/callback';
const draft = {
  name: { fa: 'سامانه', en: 'System' },
  metadata: {
    redirect_uris: [HONEST],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  environment: 'test',
};

beforeAll(async () => {
  provider = await startProvider();
  service = await createApiService(provider, { clientId: 'sharif' });
  const { status, body } = await service.call('POST', '/relying-parties', { body: draft });
  expect(status).toBe(201);
  entry = String(Object(body.relyingParty).clientId);
});
afterAll(() => provider.close());

const withUris = (uris: Record<string, unknown>) => ({ ...draft, metadata: { ...draft.metadata, ...uris } });
const list = () => provider.services.registry.relyingParties.list();
const change = (uris: Record<string, unknown>) =>
  service.call('PATCH', `/relying-parties/${entry}`, {
    body: { metadata: withUris(uris).metadata },
    headers: { 'if-match': '"1"' },
  });

describe.each(['redirect_uris', 'post_logout_redirect_uris'])('%s', (member) => {
  test.each(HOSTILE_URIS)('%s is refused on create and on change, and nothing is written', async (uri) => {
    const before = await list();
    const created = await service.call('POST', '/relying-parties', { body: withUris({ [member]: [uri] }) });
    const changed = await change({ [member]: [uri] });
    for (const { status, body } of [created, changed])
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(member)]);
    expect(await list()).toEqual(before);
  });
});

test('control: the same calls take an address that is theirs to use', async () => {
  const uris = { redirect_uris: ['http://localhost:4000/other'] };
  const created = await service.call('POST', '/relying-parties', { body: withUris(uris) });
  const changed = await change(uris);
  expect([created.status, changed.status]).toEqual([201, 200]);
  const registered = (await list()).filter(({ organisationId }) => organisationId === 'sharif');
  expect(registered.flatMap(({ metadata }) => metadata.redirect_uris)).toEqual([
    ...uris.redirect_uris,
    ...uris.redirect_uris,
  ]);
});
