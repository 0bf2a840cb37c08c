import { describe, expect, test } from 'vitest';
import { requestedClaimNames } from '#protocol/requested-claims.ts';
import { TRUST_FRAMEWORK, verificationsOf } from '#protocol/verification.ts';
import { answer, citizen, isValid, NOW, phone, registry, type Situation } from './answer-verified-claims.ts';

const name = { given_name: null };
const framework = { trust_framework: null };
const byProcess = (asked: object) => ({ verification: { ...framework, assurance_process: asked }, claims: name });
const record = (more: object = {}) => ({ type: { value: 'electronic_record' }, ...more });

describe('what is told', () => {
  test.each<[string, unknown, unknown]>([
    [
      'the framework and one claim, and nothing that was not asked for',
      { verification: framework, claims: name },
      { verification: { trust_framework: TRUST_FRAMEWORK }, claims: { given_name: 'نیلوفر' } },
    ],
    [
      'the level, the process and the time where they are asked for',
      {
        verification: {
          trust_framework: null,
          assurance_level: null,
          assurance_process: { procedure: null },
          time: null,
        },
        claims: { phone_number: null },
      },
      {
        verification: {
          trust_framework: TRUST_FRAMEWORK,
          assurance_level: 'registry-and-phone-matched',
          assurance_process: { procedure: 'registry-and-mobile-ownership' },
          time: '2026-11-20T08:00:00.000Z',
        },
        claims: { phone_number: '+989990000001' },
      },
    ],
    [
      'of two pieces of evidence the one that fits, as far as it is asked for',
      {
        verification: {
          trust_framework: { value: TRUST_FRAMEWORK },
          evidence: [
            record({ record: { type: { value: 'population_register' } }, check_details: [{ check_id: null }] }),
          ],
        },
        claims: { family_name: { essential: true } },
      },
      {
        verification: {
          trust_framework: TRUST_FRAMEWORK,
          evidence: [
            {
              type: 'electronic_record',
              record: { type: 'population_register' },
              check_details: [{ check_method: 'urn:panjereh:check:national-code-and-birth-date', check_id: 'T-1' }],
            },
          ],
        },
        claims: { family_name: 'رستگار' },
      },
    ],
    [
      'the weaker verification, which is as true, where that is the one asked for',
      {
        verification: { trust_framework: null, assurance_level: { value: 'registry-matched' } },
        claims: { ...name, phone_number: null },
      },
      {
        verification: { trust_framework: TRUST_FRAMEWORK, assurance_level: 'registry-matched' },
        claims: { given_name: 'نیلوفر' },
      },
    ],
    [
      'one of several values',
      {
        verification: { trust_framework: { values: ['other', TRUST_FRAMEWORK] } },
        claims: { birthdate: { values: ['2004-05-11', '1990-01-01'] } },
      },
      { verification: { trust_framework: TRUST_FRAMEWORK }, claims: { birthdate: '2004-05-11' } },
    ],
    [
      'a time that is young enough',
      { verification: { trust_framework: null, time: { max_age: 4 * 86_400 } }, claims: name },
      {
        verification: { trust_framework: TRUST_FRAMEWORK, time: '2026-11-20T08:00:00.000Z' },
        claims: { given_name: 'نیلوفر' },
      },
    ],
    [
      'for a list only the elements that are met, each by itself, as a list',
      [
        { verification: { trust_framework: { value: 'de_aml' } }, claims: name },
        { verification: framework, claims: { is_over_18: { value: true }, is_over_21: null } },
      ],
      [{ verification: { trust_framework: TRUST_FRAMEWORK }, claims: { is_over_18: true, is_over_21: true } }],
    ],
    [
      'a member that does not exist is left out when nothing is demanded of it',
      {
        verification: { trust_framework: null, verification_process: null, nonsense: null },
        claims: { ...name, given_name_latin: null },
      },
      { verification: { trust_framework: TRUST_FRAMEWORK }, claims: { given_name: 'نیلوفر' } },
    ],
    [
      'evidence by null: what of it is meant has to be said',
      { verification: { trust_framework: null, evidence: null }, claims: name },
      { verification: { trust_framework: TRUST_FRAMEWORK }, claims: { given_name: 'نیلوفر' } },
    ],
    [
      'a claim of another value is left out, and the others stay',
      { verification: framework, claims: { given_name: { value: 'زهرا' }, family_name: null } },
      { verification: { trust_framework: TRUST_FRAMEWORK }, claims: { family_name: 'رستگار' } },
    ],
  ])('%s', (_title, asked, expected) => {
    expect(answer(asked)).toEqual(expected);
  });
});

describe('what is not told at all', () => {
  test.each<[string, unknown, Situation?]>([
    ['a whole process that is not ours', byProcess({ value: 'other' })],
    ['another trust framework', { verification: { trust_framework: { value: 'eidas' } }, claims: name }],
    [
      'a level above the one reached',
      { verification: { trust_framework: null, assurance_level: { value: 'in-person' } }, claims: name },
    ],
    [
      'evidence of a type that we have none of',
      { verification: { trust_framework: null, evidence: [{ type: { value: 'document' } }] }, claims: name },
    ],
    [
      'evidence without a type, or with several',
      {
        verification: {
          trust_framework: null,
          evidence: [{ type: null }, { type: { values: ['electronic_record'] } }],
        },
        claims: name,
      },
    ],
    [
      'evidence of another record',
      {
        verification: { trust_framework: null, evidence: [record({ record: { type: { value: 'tax' } } })] },
        claims: name,
      },
    ],
    ['an empty list of evidence', { verification: { trust_framework: null, evidence: [] }, claims: name }],
    [
      'a verification that is too old',
      { verification: { trust_framework: null, time: { max_age: 86_400 } }, claims: name },
    ],
    [
      'a value demanded of a member that does not exist',
      { verification: { trust_framework: null, verification_process: { value: 'x' } }, claims: name },
    ],
    [
      'a value demanded deep in what does not exist',
      { verification: { trust_framework: null, nonsense: [{ a: { max_age: 3 } }] }, claims: name },
    ],
    [
      'a max_age that is no number',
      { verification: { trust_framework: null, time: { max_age: '99999999999' } }, claims: name },
    ],
    ['no trust framework in the request', { verification: { assurance_level: null }, claims: name }],
    ['no verification in the request', { claims: name }],
    ['no claims in the request', { verification: framework, claims: {} }],
    ['claims that are no object', { verification: framework, claims: ['given_name'] }],
    ['a claim wanted as null', { verification: framework, claims: { given_name: { value: null } } }],
    ['a claim by a word instead of an object', { verification: framework, claims: { given_name: true } }],
    ['nothing at all', null],
    [
      'a claim that nobody verified',
      { verification: framework, claims: { updated_at: null, phone_number_verified: null } },
    ],
    [
      'names from the chain of prototypes',
      { verification: framework, claims: { constructor: null, __proto__x: null, toString: null } },
    ],
    [
      'claims that the agreement or the citizen withholds',
      { verification: framework, claims: name },
      { mayTell: () => false },
    ],
    ['a self-asserted identity', { verification: framework, claims: name }, { level: 'self-asserted' }],
    [
      'a phone that only the registry match speaks for',
      { verification: framework, claims: { phone_number: null } },
      { level: 'registry-matched' },
    ],
    [
      'evidence that was never kept',
      { verification: { trust_framework: null, evidence: [record()] }, claims: name },
      { known: [] },
    ],
    [
      'evidence that refused',
      { verification: { trust_framework: null, evidence: [record()] }, claims: name },
      {
        known: [
          { ...registry, result: 'no-match' },
          { ...phone, result: 'somebody-else' },
        ],
      },
    ],
  ])('%s', (_title, asked, situation) => {
    expect(answer(asked, situation)).toBeUndefined();
  });
});

test('essential changes nothing, and null says no more than was asked', () => {
  expect(answer(byProcess({ nothing: null }))).toEqual(answer({ verification: framework, claims: name }));
  const asked = {
    verification: { trust_framework: { essential: true } },
    claims: { given_name: { essential: true, value: 'زهرا' } },
  };
  expect(answer(asked)).toBeUndefined();
});

test('the newest confirming answer of a source speaks, and the time is that of the last one needed', () => {
  const older = { ...registry, at: Date.parse('2025-01-01T00:00:00Z'), transaction: 'T-0' };
  const refused = { ...registry, at: NOW, transaction: 'T-2', result: 'no-match' };
  const [strongest] = verificationsOf(citizen, [older, refused, registry, phone], NOW);
  expect(strongest?.verification.evidence?.map(({ check_details }) => check_details[0]?.check_id)).toEqual([
    'T-1',
    'S-7',
  ]);
  expect(strongest?.verification.time).toBe('2026-11-20T08:00:00.000Z');
});

test('an element costs the same however many are sent: five are looked at', () => {
  const asked = Array.from({ length: 400 }, () => ({ verification: framework, claims: name }));
  expect(answer(asked)).toHaveLength(5);
});

test('claims within verified_claims are decided on like all others', () => {
  const parameter = JSON.stringify({
    userinfo: { birthdate: null, verified_claims: [{ verification: framework, claims: { given_name: null } }] },
    id_token: { verified_claims: { verification: framework, claims: { national_code: { essential: true } } } },
  });
  expect(requestedClaimNames(parameter)).toEqual(expect.arrayContaining(['birthdate', 'given_name', 'national_code']));
});

test('control: the schema refuses an answer with something that was never part of it', () => {
  const said = { verification: { trust_framework: 'x', digest: 'secret' }, claims: { given_name: 'x' } };
  expect([isValid(said), isValid([]), isValid({ verification: {}, claims: {} })]).toEqual([false, false, false]);
});
