import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Citizen } from '#citizens/citizen.ts';
import type { MobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import { CLAIMS, CLAIMS_OF_SCOPE, type ClaimName, claimsFor, isClaimName, SCOPES } from '#protocol/claims.ts';
import { IDENTITY_SCOPES } from '#relying-parties/agreed-scopes.ts';
import { textFor } from '#views/text/text.ts';

const names = Object.keys(CLAIMS).filter(isClaimName);
const citizen: Citizen = {
  id: 'one',
  state: 'active',
  givenName: 'نیلوفر',
  familyName: 'رستگار',
  birthDate: '2008-03-21',
  phone: '+989990000001' as MobileNumber,
  nationalCode: '8438628508' as NationalCode,
  identityLevel: 'registry-matched',
  updatedAt: 1_700_000_000_999,
};
const agreeing = (...claims: string[]) => ({
  scopes: [],
  claims: claims.map((claim) => ({ claim, purpose: { fa: 'آزمون', en: 'test' }, required: true })),
});

test('every claim has a name and a lawful purpose in both languages, and no purpose is without its claim', () => {
  for (const language of ['fa', 'en'] as const) {
    const { claims, claimPurposes } = textFor(language);
    expect(Object.keys(claimPurposes).sort()).toEqual([...names].sort());
    for (const name of names) expect(Object.keys(claims)).toContain(name);
  }
});

test('the document for relying parties shows this table, and no other', () => {
  const document = readFileSync(new URL('../../docs/for-relying-parties.md', import.meta.url), 'utf8');
  const shown = /<!-- claims -->\n([\s\S]*?)\n<!-- end of claims -->/.exec(document)?.[1];
  expect(shown).toBe(claimsTable());
});

test('the scopes that an agreement can hold are the scopes that there are', () => {
  expect([...IDENTITY_SCOPES].sort()).toEqual([...SCOPES].sort());
  expect(CLAIMS_OF_SCOPE.age).toEqual(['is_over_15', 'is_over_18', 'is_over_21']);
});

test('what the agreement does not name is not told, and what we do not know neither', () => {
  const now = Date.parse('2026-11-24T08:00:00Z');
  expect(claimsFor(citizen, agreeing('given_name', 'given_name_latin', 'constructor', 'is_over_18'), now)).toEqual({
    sub: 'one',
    given_name: 'نیلوفر',
    is_over_18: true,
  });
});

test('an age is that of the day in Tehran on which it is told', () => {
  const age = (at: string) => claimsFor(citizen, agreeing('is_over_18', 'is_over_15'), Date.parse(at));
  expect(age('2026-03-21T20:29:59Z')).toMatchObject({ is_over_18: false, is_over_15: true });
  expect(age('2026-03-21T20:30:00Z')).toMatchObject({ is_over_18: true, is_over_15: true });
});

test('updated_at is in whole seconds, and a missing phone is neither a number nor verified', () => {
  const { phone: _none, ...withoutPhone } = citizen;
  expect(claimsFor(withoutPhone, agreeing('updated_at', 'phone_number', 'phone_number_verified'), 0)).toEqual({
    sub: 'one',
    updated_at: 1_700_000_000,
  });
});

function claimsTable(): string {
  const [fa, en] = [textFor('fa').claimPurposes, textFor('en').claimPurposes];
  const row = (name: ClaimName) =>
    `| \`${name}\` | \`${CLAIMS[name].scope}\` | ${CLAIMS[name].from} | ${en[name]} | ${fa[name]} |`;
  return [
    '| Claim | Scope | Said by | What it may be asked for | برای چه |',
    '|---|---|---|---|---|',
    ...names.map(row),
  ].join('\n');
}
