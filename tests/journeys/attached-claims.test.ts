import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { type AttachedWorld, openAttachedWorld, STUDENT } from '#tests/support/attached-world.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import type { TestSource } from '#tests/support/claims-source.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import type { TestRelyingParty } from '#tests/support/relying-party.ts';

/** What a university says of a citizen: asked for at their wish, shown to them, and told to others as agreed and allowed. */
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
const isShown = (page: Page) => page.text.includes('مهندسی کامپیوتر');
const wish = (value: string) => JSON.stringify({ userinfo: { degree_at_least: { value } } });
const FRAMEWORK = 'urn:panjereh:trust-framework:1';

describe('a citizen asks a university', () => {
  test('with a token for its endpoint alone, for a minute, that names them as this university knows them', async () => {
    const page = await attach();
    expect(page.status).toBe(200);
    expect(isShown(page)).toBe(true);
    const { token, body } = source.asked.at(-1) ?? {};
    expect(token).toMatchObject({
      sub: world.subject,
      aud: source.endpoint,
      iss: provider.issuer,
      scope: 'claims-source',
    });
    expect((token?.exp ?? 0) - (token?.iat ?? 0)).toBe(60);
    expect(body?.claims).toEqual(Object.keys(STUDENT));
    // What the source is not registered to say is dropped, and nothing of it is kept in clear.
    const [kept] = await provider.services.attachments.list(world.citizenId);
    expect(kept?.claims).toEqual(STUDENT);
    expect((await world.events('claims.attached'))[0]).toMatchObject({
      clientId: 'sharif',
      details: { claims: Object.keys(STUDENT).join(' ') },
    });
    expect((await browser.open(`${provider.issuer}/account/activity`, world.stay)).text).toContain('say of you');
  });

  test('asks again, and takes it away', async () => {
    await attach();
    source.students.set(world.subject, { student_status: 'graduated', degree: 'master' });
    expect((await world.act(browser, { renew: 'sharif' })).text).toContain('Graduated');
    expect((await world.act(browser, { remove: 'sharif' })).text).toContain('No university has said anything');
    expect((await world.events('claims.detached'))[0]).toMatchObject({ details: { by: 'citizen' } });
  });

  test('whom the university does not know is told what to do, and so is whoever meets one that is down', async () => {
    source.students.clear();
    const unknown = await attach();
    expect([unknown.status, unknown.text.includes('does not know you')]).toEqual([422, true]);
    source.students.set(world.subject, STUDENT);
    source.spoil = { raw: () => ({ status: 503, body: '{}' }) };
    const down = await attach();
    expect([down.status, down.text.includes('Ask again in a few minutes')]).toEqual([503, true]);
    expect((await world.act(browser, { attach: 'nobody' })).status).toBe(422);
    source.spoil = undefined;
    expect(isShown(await attach())).toBe(true);
  });
});

describe('another university is told', () => {
  test('only what the citizen allowed, and is asked about only once there is something to say', async () => {
    const fresh = createBrowser();
    const before = await world.told(full, { scope: 'openid academic student' }, fresh);
    expect(Object.keys(before.userinfo)).toEqual(['sub']);
    await attach();
    // The scope was granted before; the claims were never decided on, and the tokens of then tell nothing more.
    const { access_token } = before.tokens;
    expect(await oidc.fetchUserInfo(full.config, access_token, before.tokens.claims()?.sub ?? '')).toEqual(
      before.userinfo,
    );
    const { url } = await full.begin({ scope: 'openid academic student' });
    const question = await fresh.open(url, world.stay);
    expect(question.url).toContain('/consent/');
    expect(question.text).toContain('Student status, as the university says');
    expect(question.text).not.toContain('Field of study');
  });

  test('each claim as an aggregated one, with a JWT that says this claim and nothing else, in userinfo and ID token', async () => {
    await attach();
    const claims = JSON.stringify({ id_token: { degree: null } });
    const { userinfo, tokens } = await world.told(full, { scope: 'openid academic', claims }, browser);
    const names = userinfo._claim_names as Record<string, string>;
    const sources = userinfo._claim_sources as Record<string, { JWT: string }>;
    expect(Object.keys(names).sort()).toEqual(['degree', 'student_status']);
    expect(Object.keys(sources).sort()).toEqual(Object.values(names).sort());
    const keys = createRemoteJWKSet(new URL(source.jwksUri));
    for (const name of ['degree', 'student_status'] as const) {
      const { payload } = await jwtVerify(sources[names[name] ?? '']?.JWT ?? '', keys, {
        ...{ issuer: source.issuer, currentDate: new Date(world.clock.now()) },
      });
      expect(payload).toEqual({
        iss: source.issuer,
        iat: expect.any(Number),
        exp: expect.any(Number),
        [name]: STUDENT[name],
      });
    }
    expect(Object.keys(tokens.claims()?._claim_names as object)).toEqual(['degree']);
    expect(userinfo).not.toHaveProperty('is_student');
    const [released] = (await world.events('claims.released')).filter(({ details }) => details.by === 'userinfo');
    expect(String(released?.details.claims).split(' ').sort()).toEqual(['degree', 'student_status', 'sub']);
  });

  test('yes or no where that is enough, and not who says it', async () => {
    await attach();
    const { userinfo, tokens } = await world.told(
      modest,
      { scope: 'openid student academic', claims: wish('bachelor') },
      browser,
    );
    expect(userinfo).toEqual({ sub: tokens.claims()?.sub, is_student: true, degree_at_least: true });
    expect((await world.told(modest, { scope: 'openid', claims: wish('master') }, browser)).userinfo).toMatchObject({
      degree_at_least: false,
    });
    expect((await world.told(modest, { scope: 'openid', claims: wish('king') }, browser)).userinfo).not.toHaveProperty(
      'degree_at_least',
    );
    // With a question for each degree the degree itself would be told.
    const both = JSON.stringify({
      userinfo: { degree_at_least: { value: 'master' } },
      id_token: { degree_at_least: { value: 'bachelor' } },
    });
    const guessing = await world.told(modest, { scope: 'openid', claims: both }, browser);
    expect(guessing.userinfo).not.toHaveProperty('degree_at_least');
    expect(guessing.tokens.claims()).not.toHaveProperty('degree_at_least');
  });

  test('as verified claims with the university as the authority', async () => {
    await attach();
    const element = {
      verification: {
        trust_framework: { value: FRAMEWORK },
        evidence: [{ type: { value: 'electronic_record' }, record: { source: { name: null } } }],
      },
      claims: { is_student: { value: true }, degree_at_least: { value: 'bachelor' }, field: null },
    };
    const claims = JSON.stringify({ userinfo: { verified_claims: element } });
    const { userinfo } = await world.told(full, { scope: 'openid', claims }, browser);
    expect(userinfo.verified_claims).toEqual({
      verification: {
        trust_framework: FRAMEWORK,
        evidence: [
          expect.objectContaining({ record: expect.objectContaining({ source: { name: 'Organisation sharif' } }) }),
        ],
      },
      // The field is in no agreement of theirs.
      claims: { is_student: true, degree_at_least: true },
    });
    expect(userinfo).not.toHaveProperty('_claim_names');
  });

  test('but never what it said itself', async () => {
    await attach();
    const { userinfo } = await world.told(world.saying, { scope: 'openid academic student' }, browser);
    expect(Object.keys(userinfo)).toEqual(['sub']);
  });
});

describe('what is stale', () => {
  test('is asked for again when it is told, once for all who wait', async () => {
    source.spoil = { goodForSeconds: 600 };
    await attach();
    await world.told(modest, { scope: 'openid student' }, browser);
    const asked = source.asked.length;
    expect((await world.told(modest, { scope: 'openid student' }, browser)).userinfo).toMatchObject({
      is_student: true,
    });
    expect(source.asked).toHaveLength(asked);
    await world.pass(11 * MINUTE);
    source.students.set(world.subject, { ...STUDENT, student_status: 'graduated' });
    const [one, other] = await Promise.all([0, 1].map(() => world.told(modest, { scope: 'openid student' }, browser)));
    expect([one?.userinfo.is_student, other?.userinfo.is_student]).toEqual([false, false]);
    expect(source.asked).toHaveLength(asked + 1);
    expect((await world.events('claims.renewed'))[0]).toMatchObject({ details: { by: 'release' } });
  });

  test('is not told while the source is down: the sign-in goes on without it, and is not held up again', async () => {
    source.spoil = { goodForSeconds: 600 };
    await attach();
    expect((await world.told(modest, { scope: 'openid student' }, browser)).userinfo).toHaveProperty('is_student');
    await world.pass(11 * MINUTE);
    source.spoil = { raw: () => ({ status: 503, body: '{}' }) };
    const asked = source.asked.length;
    for (const _ of [1, 2])
      expect(Object.keys((await world.told(modest, { scope: 'openid student' }, browser)).userinfo)).toEqual(['sub']);
    expect(source.asked).toHaveLength(asked + 1);
    expect((await world.open(browser)).text).toContain('out of date');
    source.spoil = undefined;
    await world.pass(31 * SECOND);
    expect((await world.told(modest, { scope: 'openid student' }, browser)).userinfo).toMatchObject({
      is_student: true,
    });
  });

  test('ends when the source no longer knows the citizen', async () => {
    source.spoil = { goodForSeconds: 600 };
    await attach();
    await world.told(modest, { scope: 'openid student' }, browser);
    await world.pass(11 * MINUTE);
    source.students.clear();
    expect(Object.keys((await world.told(modest, { scope: 'openid student' }, browser)).userinfo)).toEqual(['sub']);
    expect((await world.events('claims.detached'))[0]).toMatchObject({ details: { by: 'source' } });
    expect(await provider.services.attachments.list(world.citizenId)).toEqual([]);
  });
});

test('a suspended source is not believed and not asked, within the feed’s delay', async () => {
  await attach();
  expect((await world.told(modest, { scope: 'openid student' }, browser)).userinfo).toHaveProperty('is_student');
  await provider.services.registry.relyingParties.setState('sharif', 'suspended');
  await provider.services.changeFeed.poll();
  expect(Object.keys((await world.told(modest, { scope: 'openid student' }, browser)).userinfo)).toEqual(['sub']);
  expect((await world.open(browser)).text).toContain('no longer answers');
  await provider.services.registry.relyingParties.setState('sharif', 'active');
});

test('discovery names the claims, the scopes and that some are aggregated', async () => {
  const document = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({
    claim_types_supported: ['normal', 'aggregated'],
    claims_supported: expect.arrayContaining([...Object.keys(STUDENT), 'is_student', 'degree_at_least']),
    scopes_supported: expect.arrayContaining(['academic', 'student']),
    claims_in_verified_claims_supported: expect.arrayContaining(['is_student', 'degree_at_least']),
    electronic_records_supported: expect.arrayContaining(['urn:panjereh:record:student-register']),
  });
});
