import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

const FRAMEWORK = 'urn:panjereh:trust-framework:1';
const purpose = { fa: 'برای آزمون', en: 'for the test' };
const agreement = (more: { mayAskForEvidence?: boolean; leastIdentity?: string } = {}) => ({
  claims: [
    { claim: 'given_name', purpose, required: true },
    { claim: 'family_name', purpose, required: false },
    { claim: 'is_over_18', purpose, required: true },
  ],
  scopes: ['openid', 'profile', 'offline_access'],
  ...more,
});
let provider: TestProvider;
let trusted: TestRelyingParty;
let untrusted: TestRelyingParty;
let demanding: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  const rest = (more?: Parameters<typeof agreement>[0]) => ({ rest: { agreement: agreement(more) } });
  trusted = await createRelyingParty(provider, { clientId: 'trusted', ...rest({ mayAskForEvidence: true }) });
  untrusted = await createRelyingParty(provider, { clientId: 'untrusted', ...rest() });
  demanding = await createRelyingParty(provider, {
    clientId: 'demanding',
    ...rest({ leastIdentity: 'registry-and-phone-matched' }),
  });
  const { evidence, people } = provider.services;
  const citizen = provider.citizens[0];
  await evidence.keep({
    ...{ source: 'civil-registry', method: 'national-code-and-birth-date', transaction: 'T-1', result: 'matched' },
    ...{ at: Date.parse('2026-03-01T08:00:00Z'), digest: 'a-digest-that-stays-here', journeyId: 'journey' },
  });
  await evidence.attach({ journeyId: 'journey', citizenId: citizen?.id ?? '' });
  const known = await people.citizens.findById(citizen?.id ?? '');
  if (known === undefined) throw new Error('there is no demo citizen');
  await people.citizens.save({ ...known, identityLevel: 'registry-matched' });
  await provider.services.changeFeed.poll();
});
afterAll(() => provider.close());

const element = (
  more: object = {},
  claims: object = { given_name: null, family_name: null, is_over_18: { value: true } },
) => ({
  verification: { trust_framework: { value: FRAMEWORK }, assurance_level: null, ...more },
  claims,
});
const withEvidence = element({
  time: null,
  evidence: [{ type: { value: 'electronic_record' }, check_details: [{ check_id: null }] }],
});

/** Signed in with the optional claim left out; answers both places of delivery. */
async function told(party: TestRelyingParty, request: object) {
  const claims = JSON.stringify({ userinfo: { verified_claims: request }, id_token: { verified_claims: request } });
  const tokens = await party.signIn({ browser: createBrowser(), extra: { claims, scope: 'openid' } });
  const userinfo = await oidc.fetchUserInfo(party.config, tokens.access_token, tokens.claims()?.sub ?? '');
  return { userinfo: userinfo.verified_claims, idToken: tokens.claims()?.verified_claims };
}

test('what was asked for and is met is told, in the ID token and by userinfo, with its evidence', async () => {
  const expected = {
    verification: {
      trust_framework: FRAMEWORK,
      assurance_level: 'registry-matched',
      time: '2026-03-01T08:00:00.000Z',
      evidence: [
        {
          type: 'electronic_record',
          check_details: [{ check_method: 'urn:panjereh:check:national-code-and-birth-date', check_id: 'T-1' }],
        },
      ],
    },
    // The family name was optional and left out by the citizen: in here, too.
    claims: { given_name: provider.citizens[0]?.givenName, is_over_18: true },
  };
  expect(await told(trusted, withEvidence)).toEqual({ userinfo: expected, idToken: expected });
});

test('several are asked for as a list, and those that are met are told as one', async () => {
  const list = [element({ assurance_level: { value: 'in-person' } }), element({}, { is_over_18: null })];
  const answer = {
    verification: { trust_framework: FRAMEWORK, assurance_level: 'registry-matched' },
    claims: { is_over_18: true },
  };
  expect(await told(trusted, list)).toEqual({ userinfo: [answer], idToken: [answer] });
});

test('what is not met is left out without an error, and what nobody agreed to is never told', async () => {
  const nothing = { userinfo: undefined, idToken: undefined };
  expect(await told(trusted, element({ trust_framework: { value: 'eidas' } }))).toEqual(nothing);
  expect(await told(trusted, element({}, { national_code: null, phone_number: null }))).toEqual(nothing);
  expect(await told(untrusted, withEvidence)).toEqual(nothing);
});

test('an identity below what the agreement demands gets no code, and the page says so and leads back', async () => {
  const browser = createBrowser();
  const { url } = await demanding.begin();
  const stayAt = { stayAt: provider.issuer };
  const first = await browser.open(url, stayAt);
  const who = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  const page = await browser.submit(first, who, stayAt);
  expect(page.url).toMatch(/\/unmet$/);
  const answer = await browser.submit(page, {}, stayAt);
  expect(new URL(answer.leadsTo ?? '').searchParams.get('error')).toBe('access_denied');
  const silent = await browser.open((await demanding.begin({ prompt: 'none' })).url, stayAt);
  expect(new URL(silent.leadsTo ?? '').searchParams.get('error')).toBe('access_denied');
});

test('discovery lists the levels, the claims, the trust framework and the evidence', async () => {
  const document = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({
    acr_values_supported: ['urn:panjereh:aal:1', 'urn:panjereh:aal:2', 'urn:panjereh:aal:3', 'phr', 'phrh'],
    claims_supported: expect.arrayContaining([
      'verified_claims',
      'is_over_18',
      'updated_at',
      'birthdate',
      'acr',
      'amr',
    ]),
    scopes_supported: expect.arrayContaining(['openid', 'profile', 'age', 'birthdate', 'phone', 'national_code']),
    claims_parameter_supported: true,
    verified_claims_supported: true,
    trust_frameworks_supported: [FRAMEWORK],
    evidence_supported: ['electronic_record'],
    electronic_records_supported: [
      'population_register',
      'urn:panjereh:record:mobile-subscription',
      'urn:panjereh:record:student-register',
    ],
    claims_in_verified_claims_supported: expect.arrayContaining(['given_name', 'is_over_18', 'phone_number']),
  });
});
