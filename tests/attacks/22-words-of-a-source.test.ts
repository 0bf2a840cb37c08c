import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { ATTACHED_PAGE, type AttachedWorld, openAttachedWorld, STUDENT } from '#tests/support/attached-world.ts';
import type { Browser } from '#tests/support/browser.ts';
import type { Spoil, TestSource } from '#tests/support/claims-source.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import type { TestRelyingParty } from '#tests/support/relying-party.ts';

/**
 * What a university is said to have said: no form sets it, no answer that is not its own is believed, no address leads
 * inside, and nothing of it reaches whoever has not agreed on it.
 */
let world: AttachedWorld;
let provider: TestProvider;
let source: TestSource;
let full: TestRelyingParty;
let modest: TestRelyingParty;
let browser: Browser;

beforeAll(async () => {
  world = await openAttachedWorld();
  ({ provider, source, full, modest } = world);
});
afterAll(() => world.close());
beforeEach(async () => {
  browser = await world.begin();
});

const attach = () => world.act(browser, { attach: 'sharif' });
const isKept = async () => (await provider.services.attachments.list(world.citizenId)).length > 0;

describe('an answer of a source', () => {
  const bad: [string, Spoil][] = [
    ['about somebody else', { payload: (it) => ({ ...it, sub: 'another-subject' }) }],
    ['for somebody else', { payload: (it) => ({ ...it, aud: 'https://another.example' }) }],
    ['by another source', { payload: (it) => ({ ...it, iss: 'https://another.example' }) }],
    ['to another question', { payload: (it) => ({ ...it, nonce: 'x' }) }],
    ['that has expired', { payload: (it) => ({ ...it, exp: (it.iat ?? 0) - 120 }) }],
    ['from yesterday', { payload: (it) => ({ ...it, iat: (it.iat ?? 0) - 86_400 }) }],
    ['from tomorrow', { payload: (it) => ({ ...it, iat: (it.iat ?? 0) + 86_400 }) }],
    ['signed by another key', { isForged: true }],
    ['signed by an unknown key', { header: { kid: 'unknown' } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['with a value that is none', { payload: (it) => ({ ...it, claims: { degree: 'king' } }) }],
    ['whose statement names the citizen', { statement: (it) => ({ ...it, sub: 'somebody' }) }],
    [
      'whose statement says another thing',
      { statement: (it) => ('degree' in it ? { ...it, degree: 'doctorate' } : it) },
    ],
    ['that is not signed', { raw: (jwt) => ({ status: 200, body: JSON.stringify({ answer: unsigned(jwt) }) }) }],
    [
      'that is too large',
      { raw: (jwt) => ({ status: 200, body: JSON.stringify({ answer: jwt, more: 'x'.repeat(65_536) }) }) },
    ],
    [
      'that leads elsewhere',
      { raw: () => ({ status: 302, body: '', headers: { location: 'http://169.254.169.254/' } }) },
    ],
    ['that is none', { raw: () => ({ status: 200, body: '{"answer":7}' }) }],
  ];
  test.each(bad)('an answer %s is not kept; the control is', async (_, spoil) => {
    source.spoil = spoil;
    const page = await attach();
    expect(page.status).toBe(502);
    expect(page.text).toContain('was not right and was not kept');
    expect(await provider.services.attachments.list(world.citizenId)).toEqual([]);
    source.spoil = undefined;
    await attach();
    expect(await isKept()).toBe(true);
    await world.pass(2 * MINUTE);
  });
});

test('a source that is suspended is neither asked nor believed; control: until then it is both', async () => {
  const { attachments, claimsSources } = provider.services;
  const about = { citizenId: world.citizenId, organisationId: 'another' };
  const { clientId, issuer, endpoint, jwksUri } = source;
  const saved = { clientId, issuer, endpoint, jwksUri, claims: Object.keys(STUDENT), alg: 'ES256' };
  expect(await attachments.attach({ citizenId: world.citizenId, clientId })).toEqual({ outcome: 'attached' });
  expect(await attachments.known(about)).toHaveLength(1);
  await claimsSources.save({ ...saved, state: 'suspended' }, { by: 'tests' });
  const asked = source.asked.length;
  expect(await attachments.known(about)).toEqual([]);
  expect(await attachments.attach({ citizenId: world.citizenId, clientId })).toEqual({ outcome: 'no-source' });
  expect(source.asked).toHaveLength(asked);
  await claimsSources.save({ ...saved, state: 'active' }, { by: 'tests' });
  expect(await attachments.known(about)).toHaveLength(1);
});

test('a citizen asks sixty times an hour, and takes that from nobody else', async () => {
  const ask = (citizenId: string) => provider.services.attachments.attach({ citizenId, clientId: 'nobody' });
  for (let index = 0; index < 60; index += 1) expect(await ask('eager')).toEqual({ outcome: 'no-source' });
  expect(await ask('eager')).toMatchObject({ outcome: 'too-often', retryAfterMs: expect.any(Number) });
  expect(await ask('neighbour'), 'control').toEqual({ outcome: 'no-source' });
});

test('no form sets a claim: whatever it carries, what the source said is what is kept', async () => {
  const forged = Object.entries({ ...STUDENT, degree: 'doctorate', student_status: 'graduated' }).flatMap(
    ([name, value]) => [
      [name, String(value)],
      [`claims[${name}]`, String(value)],
      [`said.${name}`, String(value)],
    ],
  );
  const more = { claims: '{"degree":"doctorate"}', statements: '{}', good_until: '9999999999999', citizen_id: 'other' };
  await world.act(browser, { ...Object.fromEntries(forged), ...more, attach: 'sharif' });
  const [kept] = await provider.services.attachments.list(world.citizenId);
  expect(kept?.claims).toEqual(STUDENT);
  expect(kept?.goodUntil).toBeLessThanOrEqual(world.clock.now() + 60 * MINUTE);
  // Without a source that is asked there is nothing to keep.
  await world.act(browser, { ...Object.fromEntries(forged), remove: 'sharif' });
  await world.act(browser, Object.fromEntries(forged));
  expect(await isKept()).toBe(false);
});

test('a form of another site attaches nothing; the control is our own', async () => {
  const form = new URLSearchParams({ attach: 'sharif', csrf: 'guessed' });
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const headers = { cookie, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(`${provider.issuer}${ATTACHED_PAGE}`, { method: 'POST', body: form, headers });
  expect(answer.status).toBe(403);
  expect(await isKept()).toBe(false);
  await attach();
  expect(await isKept()).toBe(true);
});

describe('the address of a source', () => {
  const save = (more: object) =>
    provider.services.claimsSources.save(
      {
        ...{ clientId: 'tehran', issuer: 'http://localhost:1/', endpoint: 'http://localhost:1/x', claims: ['degree'] },
        ...{ alg: 'ES256', jwksUri: 'http://localhost:1/jwks', state: 'suspended', ...more },
      },
      { by: 'tests' },
    );

  test.each([
    { endpoint: 'http://169.254.169.254/latest/meta-data' },
    { endpoint: 'http://127.0.0.1.nip.example/' },
    { endpoint: 'https://10.0.0.1/' },
    { endpoint: 'https://somebody-else.example/claims' },
    { endpoint: 'file:///etc/passwd' },
    { endpoint: 'http://localhost:1/x?citizen=7' },
    { jwksUri: 'https://somebody-else.example/jwks' },
    { issuer: 'https://somebody-else.example' },
    { alg: 'HS256' },
    { alg: 'none' },
    { claims: ['national_code'] },
    { jwks: { keys: [{ kty: 'EC' }] } },
    { jwksUri: undefined, jwks: { keys: [{ kty: 'oct', k: 'x' }] } },
    { jwksUri: undefined, jwks: { keys: [{ kty: 'EC', d: 'x' }] } },
  ])('and its keys are refused where they are not its own: %j', async (more) => {
    expect((await save(more)).outcome).toBe('refused');
  });

  test('the control: its own are taken', async () => {
    expect(await save({})).toEqual({ outcome: 'saved' });
    expect((await save({ clientId: 'nobody' })).outcome).toBe('unknown-relying-party');
  });
});

test('nothing outside the agreement is told, however it is asked for; the control is what is in it', async () => {
  await attach();
  const everything = Object.fromEntries(
    [...Object.keys(STUDENT), 'is_student'].map((name) => [name, { essential: true }]),
  );
  const within = [
    {
      verification: { trust_framework: null, evidence: [{ type: { value: 'electronic_record' } }] },
      claims: everything,
    },
  ];
  const claims = JSON.stringify({
    userinfo: { ...everything, verified_claims: within, _claim_names: null, _claim_sources: null },
    id_token: { ...everything, verified_claims: within, _claim_names: null },
  });
  const { userinfo, tokens } = await world.told(modest, { scope: 'openid academic student', claims }, browser);
  for (const said of [userinfo, decodeJwt(tokens.id_token ?? '')]) {
    for (const name of [...Object.keys(STUDENT), '_claim_names', '_claim_sources', 'verified_claims'])
      expect(said).not.toHaveProperty(name);
    expect(said).toMatchObject({ is_student: true });
  }
  const more = await world.told(full, { scope: 'openid academic' }, browser);
  expect(Object.keys(more.userinfo._claim_names ?? {}).sort()).toEqual(['degree', 'student_status']);
});

/** The same with no algorithm and no signature (RFC 8725 section 2.1). */
function unsigned(jwt: string): string {
  const [, payload] = jwt.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'claims-source-answer+jwt' })).toString('base64url');
  return `${header}.${payload}.`;
}
