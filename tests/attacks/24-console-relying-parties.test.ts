import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { PAYLOADS } from '#tests/attacks/canary.ts';
import { HOSTILE_URIS } from '#tests/attacks/hostile-uris.ts';
import { type Browser, type Page, readForms } from '#tests/support/browser.ts';
import { createTestOperator, type OperatorRole } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { readTags } from '#tests/views/markup.ts';

// Attacks on the services' pages of the console: class 1 and 2 (redirects), 5 and 21 (somebody else's service), 15
// (script in what is stored), 17 (the check as a way inside), 18 and 19 (privileges by a form), 24 (cursors).
const clock = createFakeClock(Math.floor(systemClock.now() / 1000) * 1000);
const ROOT = '/console/relying-parties';
let provider: TestProvider;
let inside: Server;
let insideCalls = 0;
const browsers: Record<'sharif' | 'tehran' | 'ministry', Browser | undefined> = {
  sharif: undefined,
  tehran: undefined,
  ministry: undefined,
};

beforeAll(async () => {
  inside = createServer((_request, response) => {
    insideCalls += 1;
    response.end('{"keys":[]}');
  }).listen(0, '127.0.0.1');
  provider = await startProvider({ clock });
  for (const id of ['sharif', 'tehran'])
    await provider.services.registry.organisations.save({
      id,
      ...{ name: { fa: id, en: id }, kind: 'state', stage: 'in-technical-process' },
    });
  const roles: [keyof typeof browsers, OperatorRole][] = [
    ['sharif', { role: 'university-staff', organisationId: 'sharif' }],
    ['tehran', { role: 'university-staff', organisationId: 'tehran' }],
    ['ministry', { role: 'ministry' }],
  ];
  for (const [index, [who, role]] of roles.entries()) {
    const operator = await createTestOperator(provider, { citizen: index, roles: [role], clock });
    browsers[who] = (await operator.enter()).browser;
  }
});
afterAll(async () => {
  inside.close();
  await provider.close();
});

function as(who: keyof typeof browsers): Browser {
  const browser = browsers[who];
  if (browser === undefined) throw new Error(`${who} is not in the console`);
  return browser;
}

const open = (browser: Browser, path: string) => browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });

async function submit(browser: Browser, page: Page, path: string, fields: Record<string, string>): Promise<Page> {
  const form = readForms(page.text).findIndex(({ action }) => action.split('?')[0]?.endsWith(path));
  return browser.submit(page, fields, { form, stayAt: provider.issuer });
}

const HONEST = {
  act: 'save',
  name_fa: 'سامانه',
  name_en: 'Service',
  application: 'web',
  redirect_uris: 'http://localhost:4001/callback',
  proof: 'client_secret_basic',
  id_token_algorithm: 'ES256',
};

async function register(fields: Record<string, string> = {}, who: 'sharif' | 'tehran' = 'sharif'): Promise<Page> {
  const page = await open(as(who), `${ROOT}/new?organisation=${who}&environment=test`);
  return submit(as(who), page, '/new', { ...HONEST, ...fields });
}

function idOn(page: Page): string {
  const id = /relying-parties\/((?:sharif|tehran)-[a-z0-9-]+)/.exec(page.text)?.[1];
  if (id === undefined) throw new Error(`no service on ${page.url} (${page.status})`);
  return id;
}

const find = (clientId: string) => provider.services.registry.relyingParties.find(clientId);

describe('redirect addresses through the form', () => {
  test.each(HOSTILE_URIS)(
    '%s is refused, for going back and for after a sign-out, on create and on change',
    async (uri) => {
      expect((await register({ redirect_uris: uri })).status).toBe(422);
      expect((await register({ post_logout_redirect_uris: uri })).status).toBe(422);
    },
  );

  test('control: an address that is theirs to use is accepted, and a change to a hostile one is not', async () => {
    const clientId = idOn(await register());
    const form = await open(as('sharif'), `${ROOT}/${clientId}/change`);
    const changed = await submit(as('sharif'), form, '/change', { ...HONEST, redirect_uris: HOSTILE_URIS[0] ?? '' });
    expect(changed.status).toBe(422);
    expect((await find(clientId))?.metadata.redirect_uris).toEqual([HONEST.redirect_uris]);
  });
});

describe('another organisation’s service', () => {
  test('cannot be read, changed or told from one that is not there', async () => {
    const clientId = idOn(await register());
    const parts = ['', '/change', '/agreement', '/secrets', '/go-live', '/health', '/recipes', '/revisions'];
    for (const part of parts) {
      const theirs = await open(as('tehran'), `${ROOT}/${clientId}${part}`);
      const nobodys = await open(as('tehran'), `${ROOT}/sharif-test-00000000${part}`);
      expect(theirs.status, part).toBe(nobodys.status);
      expect([403, 404]).toContain(theirs.status);
      expect(theirs.text).not.toContain('localhost:4001');
      expect((await open(as('sharif'), `${ROOT}/${clientId}${part}`)).status, 'control').toBe(200);
    }
    expect((await open(as('tehran'), `${ROOT}?organisation=sharif`)).status).toBe(403);
    expect((await open(as('tehran'), ROOT)).text).not.toContain(clientId);
    expect((await open(as('tehran'), `${ROOT}/new?organisation=sharif`)).status).toBe(403);
  });

  test('is not changed by a form of one’s own that is sent to its address', async () => {
    const [theirs, own] = [idOn(await register()), idOn(await register({}, 'tehran'))];
    for (const [part, action, fields] of [
      ['', '/suspend', { why: 'because' }],
      ['/secrets', '/secrets/issue', { days: '' }],
      ['/change', '/change', { ...HONEST, name_en: 'Mine now' }],
    ] as const) {
      const page = await open(as('tehran'), `${ROOT}/${own}${part}`);
      const text = page.text.replaceAll(own, theirs);
      expect((await submit(as('tehran'), { ...page, text }, action, fields)).status, action).toBe(403);
    }
    expect(await find(theirs)).toMatchObject({ state: 'active', name: { en: 'Service' } });
  });
});

describe('privileges', () => {
  test('what the form does not have cannot be set through it, on create or on change', async () => {
    const raised = {
      organisation_id: 'tehran',
      organisationId: 'tehran',
      client_id: 'panjereh-console',
      state: 'active',
      scope: 'openid national_code',
      subject_type: 'public',
      response_types: 'id_token',
      grant_types: 'password',
      environment: 'production',
    };
    const clientId = idOn(await register(raised));
    const form = await open(as('sharif'), `${ROOT}/${clientId}/change`);
    await submit(as('sharif'), form, '/change', { ...HONEST, ...raised, name_en: 'Changed' });
    const saved = await find(clientId);
    expect(saved).toMatchObject({
      organisationId: 'sharif',
      environment: 'test',
      name: { en: 'Changed' },
      agreement: { claims: [], scopes: ['openid'] },
    });
    expect(saved?.metadata.grant_types).toEqual(['authorization_code']);
    expect(saved?.metadata).not.toHaveProperty('scope');
  });

  test('staff cannot approve the agreement that they proposed; the ministry can', async () => {
    const clientId = idOn(await register());
    const path = `${ROOT}/${clientId}/agreement`;
    const form = await open(as('sharif'), `${path}/propose`);
    await submit(as('sharif'), form, '/propose', {
      'national_code.need': 'required',
      'national_code.purpose_fa': 'مدرک',
      'national_code.purpose_en': 'Degree',
      'national_code.legal_basis': 'law',
      'national_code.retention_days': '1',
      scopes: 'openid national_code',
    });
    expect((await find(clientId))?.agreement.claims).toEqual([]);
    const page = await open(as('ministry'), path);
    const csrf = readForms(form.text)[0]?.hidden.find(([name]) => name === 'csrf')?.[1] ?? '';
    const ours = readForms(page.text)[0]?.hidden.find(([name]) => name === 'csrf')?.[1] ?? '';
    const forged = { ...page, text: page.text.replaceAll(ours, csrf) };
    const refused = await submit(as('sharif'), forged, '/decide', { decision: 'approve' });
    expect(refused.status).toBe(403);
    expect((await find(clientId))?.agreement.claims).toEqual([]);
    await submit(as('ministry'), page, '/decide', { decision: 'approve' });
    expect((await find(clientId))?.agreement.claims).toMatchObject([{ claim: 'national_code' }]);
  });
});

test('script in every stored field comes out as text, on every page of the service', async () => {
  const payload = PAYLOADS.filter((each) => each.length < 60)
    .slice(0, 2)
    .join(' ')
    .slice(0, 118);
  const clientId = idOn(await register({ name_fa: payload, name_en: payload }));
  const form = await open(as('sharif'), `${ROOT}/${clientId}/change`);
  await submit(as('sharif'), form, '/change', { ...HONEST, name_fa: payload, name_en: payload, note: payload });
  for (const path of [
    '',
    `/${clientId}`,
    `/${clientId}/change`,
    `/${clientId}/revisions?from=1&to=2`,
    `/${clientId}/recipes`,
  ]) {
    const page = await open(as('sharif'), `${ROOT}${path}`);
    const tags = readTags(page.text);
    expect(
      tags.filter(({ name }) => ['iframe', 'img', 'base'].includes(name)),
      path,
    ).toEqual([]);
    expect(tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => key.startsWith('on'))).toEqual([]);
    const scripts = tags.filter(({ name }) => name === 'script').map(({ attributes }) => attributes.src);
    expect(scripts.every((src) => src?.startsWith('/assets/') === true)).toBe(true);
    expect(page.text, 'control: the payload is on the page').toContain('canary()');
  }
});

test('the check of addresses asks nobody but servers that the organisation has proven to be its own', async () => {
  const port = (inside.address() as AddressInfo).port;
  const address = `http://127.0.0.1:${port}/keys`;
  const check = async (uri: string, environment: string) => {
    const page = await open(as('sharif'), `${ROOT}/new?organisation=sharif&environment=${environment}`);
    return submit(as('sharif'), page, '/new', { ...HONEST, act: 'check', jwks_uri: uri });
  };
  const elsewhere = [`http://127.0.0.1:${port}@evil.example/`, 'http://169.254.169.254/latest', 'https://10.0.0.1/'];
  for (const uri of [address, ...elsewhere, 'https://[::1]/', 'file:///etc/passwd', 'https://evil.example/keys'])
    expect((await check(uri, 'production')).text, uri).toContain('finding-error');
  expect(insideCalls).toBe(0);
  // These tests may reach this machine, and a test entry may name it: only then somebody is asked.
  expect((await check(address, 'test')).text).toContain('no usable public key');
  expect(insideCalls, 'control').toBe(1);
});

test('a cursor that was not written here for this question is refused', async () => {
  for (const after of ['x', `sharif-test-1.${'A'.repeat(22)}`, "' or 1=1 --"]) {
    const asked = new URLSearchParams({ after });
    expect((await open(as('sharif'), `${ROOT}?${asked}`)).status, after).toBe(400);
  }
  expect((await open(as('sharif'), ROOT)).status, 'control').toBe(200);
});
