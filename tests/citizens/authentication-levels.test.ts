import { describe, expect, test } from 'vitest';

import {
  ACR_VALUES,
  AUTHENTICATION_LEVELS,
  acrOf,
  amrOf,
  isAcr,
  leastOf,
  reaches,
} from '#citizens/authentication-levels.ts';

const { password, passwordAndCode, passkey } = AUTHENTICATION_LEVELS;

test('the published values never change', () => {
  expect(ACR_VALUES).toEqual(['urn:panjereh:aal:1', 'urn:panjereh:aal:2', 'urn:panjereh:aal:3', 'phr', 'phrh']);
});

describe('what was done decides the level', () => {
  test.each([
    [['password'], password, ['pwd']],
    [['password', 'sms-code'], passwordAndCode, ['pwd', 'sms', 'mfa']],
    [['password', 'authenticator-code'], passwordAndCode, ['pwd', 'otp', 'mfa']],
    [['passkey'], passkey, ['pop', 'user', 'mfa']],
    [['password', 'recovery-code'], passwordAndCode, ['pwd', 'otp', 'mfa']],
    [['hardware-passkey'], passkey, ['pop', 'hwk', 'user', 'mfa']],
    [['sms-code'], undefined, ['sms']],
    [[], undefined, []],
  ] as const)('%j', (methods, acr, amr) => {
    expect(acrOf(methods)).toBe(acr);
    expect(amrOf(methods)).toEqual(amr);
  });

  test('the same method twice is one factor', () => {
    expect(acrOf(['password', 'password'])).toBe(password);
    expect(amrOf(['password', 'password'])).toEqual(['pwd']);
  });
});

describe('comparing levels', () => {
  test('a level reaches itself, its other name and every weaker one, and no stronger one', () => {
    const strengths: Readonly<Record<string, number>> = {
      [password]: 1,
      [passwordAndCode]: 2,
      [passkey]: 3,
      phr: 3,
      phrh: 4,
    };
    for (const reached of ACR_VALUES) {
      for (const wanted of ACR_VALUES) {
        expect(reaches({ reached, wanted })).toBe(Number(strengths[reached]) >= Number(strengths[wanted]));
      }
    }
  });

  test('what nobody knows is neither reached nor a level that reaches anything', () => {
    expect(reaches({ reached: passkey, wanted: 'urn:panjereh:aal:4' })).toBe(false);
    expect(reaches({ reached: 'urn:panjereh:aal:9', wanted: password })).toBe(false);
    expect(reaches({ reached: undefined, wanted: password })).toBe(false);
    expect(isAcr('__proto__')).toBe(false);
  });

  test('of alternatives the weakest known one has to be reached', () => {
    expect(leastOf([passkey, 'other', passwordAndCode])).toBe(passwordAndCode);
    expect(leastOf(['other'])).toBeUndefined();
  });
});
