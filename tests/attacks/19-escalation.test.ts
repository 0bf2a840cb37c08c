import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { GRADES, saveGrades } from '#tests/support/grades.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, obtainCode, post } from './hostile-requests.ts';

/** A relying party whose agreement names given_name alone asks for more, in every way there is to ask. */
const SECRETS = ['family_name', 'birthdate', 'phone_number', 'phone_number_verified', 'national_code'];
const claim = (name: string) => ({ claim: name, purpose: { fa: 'برای آزمون', en: 'for the test' }, required: true });

let provider: TestProvider;
let modest: TestRelyingParty;
let entitled: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  modest = await createRelyingParty(provider, {
    clientId: 'modest',
    metadata: { grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] },
    rest: {
      agreement: { claims: [claim('given_name')], scopes: ['openid', 'profile', 'offline_access', 'grades:read'] },
    },
  });
  entitled = await createRelyingParty(provider, { clientId: 'entitled' });
  await saveGrades(provider, { organisationId: 'modest', scopes: ['grades:read', 'grades:write'] });
});
afterAll(() => provider.close());

const asked = JSON.stringify({
  userinfo: Object.fromEntries(SECRETS.map((name) => [name, { essential: true }])),
  id_token: Object.fromEntries(SECRETS.map((name) => [name, { essential: true, value: 'x' }])),
});
const token = (fields: Record<string, string>, clientId = 'modest') =>
  post(`${provider.issuer}/token`, fields, basic(clientId));

/** Everything that these tokens say of the citizen. */
async function learntFrom(body: Record<string, unknown>): Promise<string[]> {
  const headers = { authorization: `Bearer ${String(body.access_token)}` };
  const userinfo = await ask(`${provider.issuer}/userinfo`, { headers });
  const idToken = typeof body.id_token === 'string' ? decodeJwt(body.id_token) : {};
  return [...Object.keys(userinfo.body), ...Object.keys(idToken)].filter(
    (name) => SECRETS.includes(name) || name === 'given_name',
  );
}

describe.each([false, true])('with the request pushed: %s', (usePar) => {
  test('scopes outside the agreement are refused', async () => {
    for (const scope of ['openid national_code', 'openid phone', 'profile openid birthdate']) {
      const fields = { scope, prompt: 'none' };
      if (usePar) {
        const { url } = await modest.begin(fields);
        const pushed = await post(`${provider.issuer}/par`, new URL(url).searchParams.toString(), basic('modest'));
        expect([scope, errorIn(pushed)]).toEqual([scope, 'invalid_scope']);
      } else {
        const to = answerIn(await ask((await modest.begin(fields)).url));
        expect([scope, to?.searchParams.get('error')]).toEqual([scope, 'invalid_scope']);
      }
    }
  });

  test('claims outside the agreement are neither asked for nor released, however essential', async () => {
    const { fields } = await obtainCode(provider, modest, { extra: { claims: asked }, usePar });
    const { body } = await token(fields);
    expect(await learntFrom(body)).toEqual(['given_name']);
  });

  test('control: the same request of an entitled relying party brings them', async () => {
    const { fields } = await obtainCode(provider, entitled, { extra: { claims: asked }, usePar });
    const { body } = await token(fields, 'entitled');
    expect(await learntFrom(body)).toEqual(expect.arrayContaining(['given_name', 'national_code', 'birthdate']));
  });
});

test('a consent form that ticks more than was asked brings no more', async () => {
  const browser = createBrowser();
  const { url, finish } = await modest.begin({ claims: asked });
  const who = { national_code: provider.citizens[1]?.nationalCode ?? '', password: provider.password };
  const stayAt = provider.issuer;
  const consent = await browser.submit(await browser.open(url, { stayAt }), who, { stayAt });
  for (const name of SECRETS) expect(consent.text).not.toContain(`value="${name}"`);
  const ticked = { decision: 'allow', claims: 'national_code', scopes: 'openid national_code', scope: 'openid phone' };
  const done = await browser.submit(consent, ticked, { stayAt });
  const tokens = await finish(new URL(done.leadsTo ?? ''));
  expect(await learntFrom({ ...tokens })).toEqual(['given_name']);
});

test('claims that the citizen did not tick are not released', async () => {
  const browser = createBrowser();
  const { url, finish } = await entitled.begin({ scope: 'openid profile phone' });
  const who = { national_code: provider.citizens[1]?.nationalCode ?? '', password: provider.password };
  const stayAt = provider.issuer;
  const consent = await browser.submit(await browser.open(url, { stayAt }), who, { stayAt });
  const done = await browser.submit(consent, { decision: 'allow' }, { stayAt });
  const tokens = await finish(new URL(done.leadsTo ?? ''));
  expect(await learntFrom({ ...tokens })).toEqual(['given_name', 'family_name']);
});

test('scopes of a resource server come with that resource server and the agreement alone', async () => {
  const { fields } = await obtainCode(provider, modest, {
    extra: { scope: 'openid profile grades:read grades:write admin' },
  });
  expect((await token(fields)).body.scope).toBe('openid profile');
  const beyond = await modest.begin({ scope: 'openid grades:read grades:write', resource: GRADES });
  expect(answerIn(await ask(beyond.url))?.searchParams.get('error')).toBe('invalid_scope');
});

test('redeeming a code with more scope, claims or resource brings no more', async () => {
  const { fields } = await obtainCode(provider, modest);
  const more = { scope: 'openid profile national_code phone', claims: asked, resource: GRADES };
  const { body } = await token({ ...fields, ...more });
  expect(String(body.scope ?? '')).not.toMatch(/national_code|phone|grades/);
  const { fields: again } = await obtainCode(provider, modest);
  const plain = await token({ ...again, scope: more.scope, claims: asked });
  expect(await learntFrom(plain.body)).toEqual(['given_name']);
});

test('refreshing with more scope is refused, with less narrows only that token, and never widens again beyond the first', async () => {
  const { fields } = await obtainCode(provider, modest, {
    extra: { scope: 'openid offline_access', prompt: 'consent' },
  });
  const first = await token(fields);
  const refresh = (refreshToken: unknown, scope: string) =>
    token({ grant_type: 'refresh_token', refresh_token: String(refreshToken), scope, claims: asked });
  for (const scope of ['openid profile', 'openid national_code', 'openid offline_access grades:read', 'openid  admin'])
    expect(errorIn(await refresh(first.body.refresh_token, scope))).toBe('invalid_scope');
  const narrowed = await refresh(first.body.refresh_token, 'openid');
  expect(narrowed.body.scope).toBe('openid');
  expect(await learntFrom(narrowed.body)).toEqual([]);
  expect(errorIn(await refresh(narrowed.body.refresh_token, 'openid profile'))).toBe('invalid_scope');
});

test('a service gets the scopes of its agreement and never those of a citizen', async () => {
  const service = (more: Record<string, string>) => token({ grant_type: 'client_credentials', ...more });
  expect((await service({ resource: GRADES, scope: 'grades:read' })).body.scope).toBe('grades:read');
  for (const more of [
    { resource: GRADES, scope: 'grades:read grades:write' },
    { resource: GRADES, scope: 'grades:write' },
    { scope: 'national_code' },
    { scope: 'openid profile national_code' },
    { scope: 'grades:read' },
    { resource: 'https://other.example', scope: 'grades:read' },
    { resource: `${GRADES}/`, scope: 'grades:read' },
  ] as Record<string, string>[]) {
    const answer = await service(more);
    const granted = answer.status === 200 ? String(answer.body.scope ?? '') : '';
    expect([more, granted]).toEqual([more, expect.not.stringMatching(/write|national|openid|profile|grades/)]);
    if (answer.body.access_token !== undefined) expect(await learntFrom(answer.body)).toEqual([]);
  }
  const { access_token: machine } = (await service({ resource: GRADES, scope: 'grades:read' })).body;
  const userinfo = await ask(`${provider.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${String(machine)}` },
  });
  expect(userinfo.status).toBe(401);
});

test('when the agreement shrinks, tokens given before say no more than it', async () => {
  const { fields } = await obtainCode(provider, entitled, {
    citizen: 2,
    extra: { scope: 'openid profile national_code' },
  });
  const { body } = await token(fields, 'entitled');
  expect(await learntFrom(body)).toContain('national_code');
  const known = await provider.services.registry.relyingParties.find('entitled');
  if (known === undefined) throw new Error('no entitled');
  await provider.services.registry.relyingParties.save({
    ...known,
    agreement: { claims: [claim('given_name')], scopes: ['openid', 'profile'] },
  });
  await provider.services.changeFeed.poll();
  expect(await learntFrom({ access_token: body.access_token })).toEqual(['given_name']);
});
