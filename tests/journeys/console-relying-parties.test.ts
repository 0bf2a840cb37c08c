import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import { createLapsesStore } from '#relying-parties/acceptance/lapses-store.ts';
import { recordOutcome } from '#tests/support/acceptance-outcome.ts';
import { type Browser, type Page, readForms } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

const clock = createFakeClock(Math.floor(systemClock.now() / 1000) * 1000);
let provider: TestProvider;
let staff: Browser;
let ministry: Browser;

beforeAll(async () => {
  provider = await startProvider({ clock });
  await provider.services.registry.organisations.save({
    id: 'sharif',
    name: { fa: 'دانشگاه نمونه', en: 'Sample University' },
    kind: 'state',
    stage: 'in-technical-process',
  });
  const enter = async (operator: TestOperator) => (await operator.enter()).browser;
  staff = await enter(
    await createTestOperator(provider, {
      citizen: 0,
      roles: [{ role: 'university-staff', organisationId: 'sharif' }],
      clock,
    }),
  );
  ministry = await enter(await createTestOperator(provider, { citizen: 1, roles: [{ role: 'ministry' }], clock }));
});
afterAll(() => provider.close());

const ROOT = '/console/relying-parties';
const open = (browser: Browser, path: string) => browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });

/** Posts the form of the page whose address ends so. */
async function submit(browser: Browser, page: Page, path: string, fields: Record<string, string>): Promise<Page> {
  const form = readForms(page.text).findIndex(({ action }) => action.split('?')[0]?.endsWith(path));
  return browser.submit(page, fields, { form, stayAt: provider.issuer });
}

const WEB = {
  act: 'save',
  name_fa: 'سامانهٔ آموزش',
  name_en: 'Learning',
  application: 'web',
  redirect_uris: 'http://localhost:4001/callback',
  proof: 'client_secret_basic',
  id_token_algorithm: 'ES256',
};

async function registerWith(fields: Record<string, string>, environment = 'test'): Promise<Page> {
  const page = await open(staff, `${ROOT}/new?organisation=sharif&environment=${environment}`);
  return submit(staff, page, '/new', { ...WEB, ...fields });
}

/** The id on the page after a registration. */
function clientIdOn(page: Page): string {
  const id = /relying-parties\/(sharif-[a-z0-9-]+)/.exec(page.text)?.[1];
  if (id === undefined) throw new Error(`no service on ${page.url} (${page.status})`);
  return id;
}

describe('registering', () => {
  test('makes a test entry that works at once, and shows its secret this one time', async () => {
    const page = await registerWith({});
    expect(page.status).toBe(200);
    const secret = /<code class="secret-once"[^>]*>([\w-]{43})<\/code>/.exec(page.text)?.[1] ?? '';
    const clientId = clientIdOn(page);
    expect(await provider.services.registry.relyingParties.isSecretOf(clientId, secret)).toBe(true);
    const again = await open(staff, `${ROOT}/${clientId}/secrets`);
    expect(again.text).not.toContain(secret);
    expect((await open(staff, ROOT)).text).toContain(clientId);
  });

  test('shows the form again with the reason beside each address that is not accepted, and keeps what was typed', async () => {
    const uris = ['https://elsewhere.example/cb', 'https://*.sharif.ir/cb', 'http://sharif.ir/cb', 'https://a.ir/c d'];
    const page = await registerWith({ redirect_uris: uris.join('\n') });
    expect(page.status).toBe(422);
    expect(page.text).toContain('An asterisk is not accepted');
    expect(page.text).toContain('Only https is accepted');
    expect(page.text).toContain('https://*.sharif.ir/cb');
    const checked = await registerWith({ act: 'check', redirect_uris: uris.join('\n') });
    expect(checked.status).toBe(200);
    for (const said of ['has not proven this domain', 'An asterisk', 'Only https', 'There is a space'])
      expect(checked.text).toContain(said);
  });

  test('takes keys as people have them, and never a private one', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const registered = await registerWith({ proof: 'jwks', jwks: pem });
    expect(registered.text).toContain('The service is registered');
    const secret = privateKey.export({ format: 'jwk' });
    const refused = await registerWith({ proof: 'jwks', jwks: JSON.stringify(secret) });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('This is a private key');
    expect(refused.text).not.toContain(secret.d);
  });

  test('of an installed application and of a service without people leaves out what they cannot have', async () => {
    const native = clientIdOn(await registerWith({ application: 'native' }));
    const service = clientIdOn(await registerWith({ application: 'service' }));
    const find = provider.services.registry.relyingParties.find;
    expect((await find(native))?.metadata).toMatchObject({ token_endpoint_auth_method: 'none' });
    expect((await find(service))?.metadata).toMatchObject({ grant_types: ['client_credentials'], redirect_uris: [] });
  });

  test('the script hears the same while somebody types', async () => {
    const page = await open(staff, `${ROOT}/new?organisation=sharif&environment=test`);
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
    const csrf = readForms(page.text)[0]?.hidden.find(([name]) => name === 'csrf')?.[1] ?? '';
    const answer = await fetch(`${provider.issuer}${ROOT}/check-addresses?organisation=sharif`, {
      method: 'POST',
      headers: { cookie: staff.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
      body: new URLSearchParams({ csrf, kind: 'redirect', uris: 'http://sharif.ir/cb', environment: 'test' }),
    });
    expect(await answer.json()).toMatchObject({ findings: [{ kind: 'error', value: 'http://sharif.ir/cb' }] });
  });
});

describe('a service that is there', () => {
  let clientId: string;
  const part = (name = '') => `${ROOT}/${clientId}${name}`;

  beforeAll(async () => {
    clientId = clientIdOn(await registerWith({}));
  });

  test('every part of it can be read by its staff and by the ministry', async () => {
    for (const name of ['', '/agreement', '/secrets', '/go-live', '/health', '/recipes', '/revisions']) {
      expect((await open(staff, part(name))).status, name).toBe(200);
      expect((await open(ministry, part(name))).status, name).toBe(200);
    }
    expect((await open(staff, part('/recipes'))).text).toContain('http://localhost:4001/callback');
    expect((await open(ministry, part('/change'))).status).toBe(403);
  });

  test('its health says how it stands with acceptance and leads to the report, which others read and staff alone run', async () => {
    const health = async (browser: Browser) => (await open(browser, part('/health'))).text;
    const said = (words: string) => `<a href="${part('/acceptance')}">${words}</a>`;
    expect(await health(staff)).toContain(said('Not run yet'));
    await recordOutcome(provider, { clientId, state: 'red' });
    expect(await health(staff)).toContain(said('Not green'));
    await recordOutcome(provider, { clientId, state: 'green' });
    for (const browser of [staff, ministry]) expect(await health(browser)).toContain(said('Green'));
    await createLapsesStore(provider.services).begin({ clientId, runId: 'run', since: clock.now() });
    expect(await health(ministry)).toContain(said('No longer green'));

    const places = { start_url: 'http://localhost:4001/login', signed_in_url: 'http://localhost:4001/me' };
    await submit(staff, await open(staff, part('/acceptance')), '/acceptance', places);
    const [own, read] = await Promise.all([staff, ministry].map((browser) => open(browser, part('/acceptance'))));
    expect(read?.status).toBe(200);
    const runs = (page: Page | undefined) =>
      readForms(page?.text ?? '').filter(({ action }) => action.endsWith('/run'));
    expect([runs(own).length, runs(read).length]).toEqual([1, 0]);
  });

  test('is changed, its revisions are compared, and an earlier one comes back', async () => {
    const form = await open(staff, part('/change'));
    const changed = await submit(staff, form, '/change', { ...WEB, name_en: 'Learning two', note: 'a better name' });
    expect(changed.text).toContain('The change is saved');
    const compared = await open(staff, `${part('/revisions')}?from=1&to=2`);
    expect(compared.text).toContain('<div>Name in English</div>');
    expect(compared.text).toContain('a better name');
    const restored = await submit(staff, compared, '/restore', { revision: '1' });
    expect(restored.text).toContain('is as it was');
    expect((await provider.services.registry.relyingParties.find(clientId))?.name.en).toBe('Learning');
  });

  test('who made a secret and a change stands there by name', async () => {
    const { givenName, familyName } = provider.citizens[0] ?? {};
    for (const name of ['/secrets', '/revisions'])
      expect((await open(ministry, part(name))).text).toContain(`${givenName} ${familyName}`);
  });

  test('a form that was open while somebody else changed something is shown what is there now', async () => {
    const stale = await open(staff, part('/change'));
    await submit(staff, stale, '/change', { ...WEB, name_en: 'First' });
    const late = await submit(staff, stale, '/change', { ...WEB, name_en: 'Second' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('value="First"');
  });

  test('two secrets hold at once, a third has to wait, and an ended one is gone', async () => {
    const issued = await submit(staff, await open(staff, part('/secrets')), '/issue', { days: '30' });
    expect(issued.text).toContain('secret-once');
    const third = await submit(staff, await open(staff, part('/secrets')), '/issue', { days: '' });
    expect(third.text).toContain('Two secrets hold already');
    const listed = await open(staff, part('/secrets'));
    const id = /name="secret" value="([^"]+)"/.exec(listed.text)?.[1] ?? '';
    const ended = await submit(staff, listed, '/end', { secret: id });
    expect(ended.text).toContain('no longer works');
    const wrong = await submit(staff, await open(staff, part('/secrets')), '/issue', { days: 'soon' });
    expect(wrong.status).toBe(422);
  });

  test('is suspended with a reason alone, and made active again', async () => {
    const without = await submit(staff, await open(staff, part()), '/suspend', { why: ' ' });
    expect(without.status).toBe(422);
    const suspended = await submit(staff, await open(staff, part()), '/suspend', { why: 'a key was lost' });
    expect(suspended.text).toContain('is suspended');
    expect(await provider.services.registry.findRelyingParty(clientId)).toBeUndefined();
    const resumed = await submit(staff, await open(staff, part()), '/resume', { why: 'found' });
    expect(resumed.text).toContain('active again');
  });

  test('its agreement is proposed by its staff, decided by the ministry, and warned of near its end', async () => {
    const form = await open(staff, part('/agreement/propose'));
    const wrong = await submit(staff, form, '/propose', { 'given_name.need': 'required', scopes: 'openid profile' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Choose the legal basis');
    const until = new Date(clock.now() + 40 * DAY).toISOString().slice(0, 10);
    const proposed = await submit(staff, form, '/propose', {
      'given_name.need': 'required',
      'given_name.purpose_fa': 'نوشتن نام در پرونده',
      'given_name.purpose_en': 'Your name in our records',
      'given_name.legal_basis': 'public-task',
      'given_name.retention_days': '180',
      scopes: 'openid profile',
      until,
    });
    expect(proposed.text).toContain('went to the ministry');
    const page = await open(ministry, part('/agreement'));
    const approved = await submit(ministry, page, '/decide', { decision: 'approve', why: '' });
    expect(approved.text).toContain('The agreement is approved');
    const found = await provider.services.registry.relyingParties.find(clientId);
    expect(found?.agreement.claims.map(({ claim }) => claim)).toEqual(['given_name']);
    clock.advance(12 * DAY);
    const ending = provider.services.registry.agreementEnds;
    await ending.look();
    await ending.look();
    expect(await noticesOf(clientId)).toEqual([30]);
  });
});

/** The thresholds that were noted. */
async function noticesOf(clientId: string) {
  const found = await provider.services.database
    .withTables<{ agreement_notices: { client_id: string; days: number } }>()
    .selectFrom('agreement_notices')
    .select('days')
    .where('client_id', '=', clientId)
    .execute();
  return found.map(({ days }) => days);
}
