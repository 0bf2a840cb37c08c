import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Citizen } from '#citizens/citizen.ts';
import type { MobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import { verifiedClaimsRequest } from '#protocol/requested-claims.ts';
import { type KnownEvidence, verificationsOf } from '#protocol/verification.ts';
import { answerVerifiedClaims } from '#protocol/verified-claims.ts';
import { verifiedClaimsSchema } from './verified-claims-schema.ts';

const ajv = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ } });
export const isValid = ajv.compile(verifiedClaimsSchema);

export const NOW = Date.parse('2026-11-24T08:00:00Z');
export const registry: KnownEvidence = {
  source: 'civil-registry',
  method: 'national-code-and-birth-date',
  at: Date.parse('2026-11-01T08:00:00Z'),
  transaction: 'T-1',
  result: 'matched',
};
export const phone: KnownEvidence = {
  source: 'mobile-ownership',
  method: 'national-code-and-mobile-number',
  at: Date.parse('2026-11-20T08:00:00Z'),
  transaction: 'S-7',
  result: 'owner',
};
export const citizen: Citizen = {
  id: 'one',
  state: 'active',
  givenName: 'نیلوفر',
  familyName: 'رستگار',
  birthDate: '2004-05-11',
  phone: '+989990000001' as MobileNumber,
  nationalCode: '8438628508' as NationalCode,
  identityLevel: 'registry-and-phone-matched',
  updatedAt: NOW,
};

export type Situation = {
  level?: Citizen['identityLevel'];
  known?: KnownEvidence[];
  mayTell?: (claim: string) => boolean;
};

/** What is told to a request from the user information endpoint; every answer is checked against the schema. */
export function answer(asked: unknown, { level, known = [registry, phone], mayTell = () => true }: Situation = {}) {
  const about = level === undefined ? citizen : { ...citizen, identityLevel: level };
  const said = answerVerifiedClaims(verifiedClaimsRequest({ userinfo: { verified_claims: asked } }, 'userinfo'), {
    verifications: verificationsOf(about, known, NOW),
    mayTell,
    now: NOW,
  });
  if (said !== undefined) expect(isValid(said), JSON.stringify([said, isValid.errors])).toBe(true);
  return said;
}
