import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiService, askForToken, createApiService } from '#tests/support/api-service.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf } from '#tests/support/relying-party.ts';

/** Classes 5, 18, 19, 21 and 24 at the API: a service that wants more than is its own. */
let provider: TestProvider;
let mine: ApiService;
let theirs: ApiService;
let entry: string;
let secretId: string;

const name = { fa: 'سامانه', en: 'System' };
const metadata = {
  redirect_uris: ['http://localhost:4000/callback'],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
};
const draft = { name, metadata, environment: 'test' };
const terms = { claims: [], scopes: ['openid'] };

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  [mine, theirs] = [
    await createApiService(provider, { clientId: 'mine' }),
    await createApiService(provider, { clientId: 'theirs' }),
  ];
  const registered = await mine.call('POST', '/relying-parties', { body: draft });
  entry = String(Object(registered.body.relyingParty).clientId);
  secretId = String(Object(registered.body.secret).id);
});
afterAll(() => provider.close());

/** Every call about one relying party; those that change nothing come first. */
const calls = (clientId: string): [method: string, path: string, body?: unknown][] => {
  const path = `/relying-parties/${clientId}`;
  return [
    ['GET', path],
    ['GET', `${path}/revisions`],
    ['GET', `${path}/differences?from=1&to=1`],
    ['GET', `${path}/secrets`],
    ['GET', `${path}/agreements`],
    ['GET', `${path}/go-live`],
    ['GET', `${path}/health`],
    ['GET', `${path}/failures`],
    ['POST', `${path}/go-live`],
    ['POST', `${path}/resumption`, { why: 'mine now' }],
    ['PATCH', path, { name }],
    ['POST', `${path}/revisions/1/restoration`],
    ['POST', `${path}/agreements`, terms],
    ['POST', `${path}/secrets`, {}],
    ['DELETE', `${path}/secrets/${secretId}`],
    ['POST', `${path}/suspension`, { why: 'because I can' }],
  ];
};
const ifMatch = { 'if-match': '"1"' };

describe('class 5: what belongs to another organisation', () => {
  test('does not exist, whatever is asked of it, and looks like what nobody has', async () => {
    for (const [method, path, body] of calls(entry)) {
      const foreign = await theirs.call(method, path, { body, headers: ifMatch });
      const nobodys = await theirs.call(method, path.replace(entry, 'nobody'), { body, headers: ifMatch });
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, nobodys.body]);
    }
    const list = await theirs.call('GET', '/relying-parties?search=mine');
    expect(list.body.items).toEqual([]);
    await provider.services.auditStore.flush();
    expect(await provider.services.auditStore.count('api.call-refused')).toBe(calls(entry).length);
  });

  test('control: to its own organisation all of it answers', async () => {
    for (const [method, path, body] of calls(entry)) {
      const own = await mine.call(method, path, { body, headers: ifMatch });
      expect([path, own.status]).not.toEqual([path, 404]);
    }
  });

  test('an approval of another organisation is not there either', async () => {
    const { id } = await provider.services.approvals.ask({
      act: 'go-live',
      subject: entry,
      organisationId: 'mine',
      askedBy: 'client:mine',
      why: '',
      payload: {},
    });
    expect((await theirs.call('GET', `/approvals/${id}`)).status).toBe(404);
    expect((await mine.call('GET', `/approvals/${id}`)).status).toBe(200);
  });
});

describe('class 18: what decides privilege', () => {
  const smuggled: [string, Record<string, unknown>][] = [
    ['an organisation', { organisationId: 'theirs' }],
    ['a client id', { clientId: 'panjereh-of-mine' }],
    ['a state', { state: 'active' }],
    ['an agreement', { agreement: { claims: [], scopes: ['national_code'] } }],
    ['a secret', { clientSecret: 'chosen-by-somebody-chosen-by-somebody' }],
    ['an approval', { approvedBy: 'somebody' }],
    ['a scope in its metadata', { metadata: { ...metadata, scope: 'openid national_code' } }],
    ['a subject type in its metadata', { metadata: { ...metadata, subject_type: 'public' } }],
    ['a response type in its metadata', { metadata: { ...metadata, response_types: ['id_token'] } }],
    ['a prototype', JSON.parse('{"__proto__":{"state":"active"}}')],
  ];

  test.each(smuggled)('cannot be handed in: %s', async (_what, extra) => {
    expect((await mine.call('POST', '/relying-parties', { body: { ...draft, ...extra } })).status).toBe(422);
    const change = await mine.call('PATCH', `/relying-parties/mine`, { body: extra, headers: ifMatch });
    expect([412, 422]).toContain(change.status);
  });

  test('a token makes itself no other by way of an entry that may more', async () => {
    const narrow = await mine.token(['api:relying-parties:write', 'api:relying-parties:read']);
    for (const [method, path, body] of [
      ['POST', '/relying-parties/mine/secrets', {}],
      ['PATCH', '/relying-parties/mine', { name }],
      ['POST', '/relying-parties/mine/revisions/1/restoration', undefined],
    ] as const) {
      const refused = await mine.call(method, path, { body, token: narrow, headers: ifMatch });
      expect([path, refused.status, refused.body.type]).toEqual([path, 403, 'urn:panjereh:problem:entry-may-more']);
    }
    const plain = await mine.call('POST', '/relying-parties', { body: draft, token: narrow });
    expect(plain.status).toBe(201);
    const whole = await mine.call('PATCH', '/relying-parties/mine', { body: { name }, headers: ifMatch });
    expect(whole.status).toBe(200);
  });
});

describe('class 19: scopes', () => {
  test('a token without the scope of a call is told which, for every scope', async () => {
    const table: [scope: string, method: string, path: string, body?: unknown][] = [
      ['api:organisation:read', 'GET', '/organisation'],
      ['api:organisation:write', 'POST', '/organisation/domains', { domain: 'a.ac.ir' }],
      ['api:relying-parties:read', 'GET', '/relying-parties'],
      ['api:relying-parties:write', 'POST', '/relying-parties', draft],
      ['api:agreements:propose', 'POST', `/relying-parties/${entry}/agreements`, terms],
      ['api:health:read', 'GET', `/relying-parties/${entry}/health`],
    ];
    for (const [scope, method, path, body] of table) {
      const others = table.map(([other]) => other).filter((other) => other !== scope);
      const refused = await mine.call(method, path, { body, token: await mine.token(others) });
      expect([scope, refused.status]).toEqual([scope, 403]);
      expect(refused.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${scope}"`);
      const allowed = await mine.call(method, path, { body, token: await mine.token([scope]) });
      expect([scope, allowed.status < 300]).toEqual([scope, true]);
    }
  });

  test('nobody gets a scope that the agreement does not hold, nor a citizen any', async () => {
    const reader = await createApiService(provider, { clientId: 'reader', scopes: ['api:organisation:read'] });
    expect((await reader.call('GET', '/organisation')).status).toBe(200);
    const more = await askForToken(provider.issuer, { clientId: 'reader', scopes: ['api:relying-parties:write'] });
    expect(more.error).toBe('invalid_scope');
    const app = await createRelyingParty(provider, {
      clientId: 'app',
      rest: { agreement: { claims: [], scopes: ['openid', 'api:organisation:read'] } },
    });
    const resource = `${provider.issuer}/api`;
    const asked = app.signIn({ extra: { scope: 'openid api:organisation:read', resource } });
    await expect(asked).rejects.toMatchObject({ error: 'invalid_target' });
    expect(await errorOf(app.signIn({ extra: { scope: 'openid' } }))).toBe('accepted');
  });

  test('an agreement that shrank counts at once for tokens from before', async () => {
    const shrinking = await createApiService(provider, { clientId: 'shrinking' });
    const token = await shrinking.token();
    expect((await shrinking.call('GET', '/organisation', { token })).status).toBe(200);
    const before = await provider.services.registry.relyingParties.find('shrinking');
    if (before === undefined) throw new Error('the test’s service is gone');
    const agreement = { claims: [], scopes: ['openid', 'api:health:read'] };
    await provider.services.registry.relyingParties.save({ ...before, agreement });
    expect((await shrinking.call('GET', '/organisation', { token })).status).toBe(403);
  });
});

describe('class 21: who is put out', () => {
  test.each(['the service', 'the organisation'])(
    '%s: its tokens from before are worth nothing at once',
    async (who) => {
      const clientId = who === 'the service' ? 'leaving' : 'leaving-with-all';
      const leaving = await createApiService(provider, { clientId });
      const token = await leaving.token();
      expect((await leaving.call('GET', '/organisation', { token })).status).toBe(200);
      const { registrations, organisations } = provider.services.registry;
      if (who === 'the service') await registrations.suspend({ by: 'ministry', clientId, why: 'stolen' });
      else await organisations.moveTo({ id: clientId, stage: 'suspended', by: 'ministry', why: 'stolen' });
      const refused = await leaving.call('GET', '/organisation', { token });
      expect(refused.status).toBe(who === 'the service' ? 401 : 403);
    },
  );
});

describe('class 24: cursors and filters', () => {
  test('a cursor is good for its own question and organisation, as it was written, and for nothing else', async () => {
    const next = String((await mine.call('GET', '/relying-parties?limit=1')).body.next);
    const list = (service: ApiService, query: string) => service.call('GET', `/relying-parties?limit=1&${query}`);
    expect((await list(mine, `after=${next}`)).status).toBe(200);
    const [id = '', mark = ''] = next.split('.');
    const forged = [`theirs.${mark}`, id, `${id}.`, `.${mark}`, `${next}x`, next.slice(0, -1), `${id}'--.${mark}`, ''];
    for (const after of forged)
      expect([after, (await list(mine, `after=${encodeURIComponent(after)}`)).status]).toEqual([after, 400]);
    expect((await list(theirs, `after=${next}`)).status).toBe(400);
    expect((await list(mine, `after=${next}&state=active`)).status).toBe(400);
  });

  test.each([
    'limit=0',
    'limit=1e9',
    'limit=-1',
    'state=everything',
    'organisationId=theirs',
    'search=a&search=b',
    `search=${'x'.repeat(201)}`,
  ])('the filter %s is refused and reaches no query', async (query) => {
    expect((await mine.call('GET', `/relying-parties?${query}`)).status).toBe(400);
  });

  test('what looks like SQL is looked for and not run', async () => {
    const hostile = ["' or 1=1 --", '%', '_', '\\', '"; drop table relying_parties; --'];
    for (const words of hostile)
      expect((await mine.call('GET', `/relying-parties?search=${encodeURIComponent(words)}`)).body.items).toEqual([]);
  });
});
