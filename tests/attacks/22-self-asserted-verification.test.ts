import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNationalCode } from '#citizens/national-code.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import {
  identityFields,
  MARYAM,
  NAVID,
  NEW_PASSWORD,
  PARISA,
  phoneOf,
  SINA,
  walkEnrolment,
} from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import type { KnownPerson } from '../../demo/people/known-people.ts';
import { claimedFields } from './claimed-fields.ts';

/**
 * Self-asserted verification, by mass assignment (Zitadel CVE-2026-27946): what is verified comes from the registers
 * alone, whatever else a form carries.
 */
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const claimed = claimedFields('somebody');

const citizenOf = async ({ nationalCode }: KnownPerson) => {
  const code = readNationalCode(nationalCode);
  return code && provider.services.people.citizens.findByNationalCode(code);
};

/** Everything but the last step's page, with the claims in each form. */
async function enrolClaiming(who: KnownPerson, steps: readonly Record<string, string>[]): Promise<Page> {
  const browser = createBrowser();
  const stay = { stayAt: provider.issuer };
  let page = await browser.submit(await browser.open(`${provider.issuer}/enrol`, stay), claimed, stay);
  page = await browser.submit(page, { ...claimed, ...identityFields(who) }, stay);
  for (const fields of steps) {
    const isCode = Object.hasOwn(fields, 'code');
    const code = isCode ? { code: outside.codeFor(fields.code ?? '') } : {};
    page = await browser.submit(page, { ...claimed, ...fields, ...code }, stay);
  }
  return page;
}

describe('no form sets a verified field', () => {
  test('an enrolment with every claim in every form ends as the registers have it', async () => {
    const page = await enrolClaiming(PARISA, [
      { phone: phoneOf(PARISA) },
      { code: phoneOf(PARISA) },
      { password: NEW_PASSWORD },
    ]);
    expect(new URL(page.url).pathname).toBe('/enrol/passkey');
    const { givenName, familyName, givenNameLatin, familyNameLatin, birthDate } = PARISA;
    expect(await citizenOf(PARISA)).toMatchObject({
      ...{ givenName, familyName, givenNameLatin, familyNameLatin, birthDate },
      ...{ state: 'active', phone: phoneOf(PARISA), identityLevel: 'registry-and-phone-matched' },
    });
  });

  test('with a parent’s number the level stays the lower one, whatever is claimed', async () => {
    await enrolClaiming(SINA, [
      { phone: phoneOf(MARYAM) },
      { national_code: MARYAM.nationalCode, owner_national_code: MARYAM.nationalCode },
      { code: phoneOf(MARYAM) },
      { password: NEW_PASSWORD },
    ]);
    expect(await citizenOf(SINA)).toMatchObject({ phone: phoneOf(MARYAM), identityLevel: 'registry-matched' });
  });

  test('a claim takes nobody past a step', async () => {
    const browser = createBrowser();
    const stay = { stayAt: provider.issuer };
    const page = await browser.submit(await browser.open(`${provider.issuer}/enrol`, stay), claimed, stay);
    const later = ['phone', 'phone-owner', 'code', 'password', 'passkey', 'recovery-codes'];
    for (const place of later) {
      const open = await browser.open(`${provider.issuer}/enrol/${place}`, stay);
      expect(new URL(open.url).pathname).toBe('/enrol/identity');
      const forged = { ...page, text: page.text.replaceAll('action="/enrol/identity"', `action="/enrol/${place}"`) };
      const answer = await browser.submit(forged, { ...claimed, password: NEW_PASSWORD, phone: phoneOf(NAVID) }, stay);
      expect(new URL(answer.url).pathname).toBe('/enrol/identity');
    }
    expect(await citizenOf(NAVID)).toBeUndefined();
  });

  test('the control: the same steps, honestly, verify what they should', async () => {
    await walkEnrolment({ browser: createBrowser(), outside, issuer: provider.issuer, who: NAVID });
    expect(await citizenOf(NAVID)).toMatchObject({ identityLevel: 'registry-and-phone-matched', givenName: 'نوید' });
  });
});
