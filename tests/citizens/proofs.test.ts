import { describe, expect, test } from 'vitest';
import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import { doProofsReach, newestProofs, type Proof, strengthsOf, strongestOf } from '#citizens/proofs.ts';

const { password: first, passwordAndCode: second, passkey: third } = AUTHENTICATION_LEVELS;
const did = (method: Proof['method'], at: number): Proof => ({ method, at });
const freshness = (proofs: Proof[]) =>
  Object.fromEntries(strengthsOf(proofs).map(({ acr, provenAt }) => [acr, provenAt]));

describe('a level is as fresh as the oldest proof that it needs', () => {
  test.each([
    [[did('password', 10)], { [first]: 10 }],
    [[did('password', 10), did('sms-code', 50)], { [first]: 10, [second]: 10 }],
    [[did('password', 50), did('sms-code', 10)], { [first]: 50, [second]: 10 }],
    [[did('password', 50), did('sms-code', 10), did('authenticator-code', 40)], { [first]: 50, [second]: 40 }],
    [[did('password', 10), did('passkey', 50)], { [first]: 50, [second]: 50, [third]: 50, phr: 50 }],
    [[did('password', 60), did('passkey', 50)], { [first]: 60, [second]: 50, [third]: 50, phr: 50 }],
    [[did('passkey', 50), did('hardware-passkey', 20)], { [first]: 50, [second]: 50, [third]: 50, phr: 50, phrh: 20 }],
    [[did('sms-code', 50), did('recovery-code', 60)], {}],
    [[], {}],
  ])('%j', (proofs, expected) => {
    expect(freshness(proofs)).toEqual(expected);
  });
});

test('a synchronised passkey is no hardware passkey, and no one-time code makes one', () => {
  expect(doProofsReach([did('passkey', 1)], 'phrh')).toBe(false);
  expect(doProofsReach([did('hardware-passkey', 1)], 'phrh')).toBe(true);
  expect(doProofsReach([did('password', 1), did('sms-code', 1), did('recovery-code', 1)], 'phr')).toBe(false);
});

test('the strongest level is told in our own name and by the proofs that it needs alone', () => {
  expect(strongestOf([did('password', 1), did('hardware-passkey', 5)])).toEqual({
    acr: third,
    methods: ['hardware-passkey'],
    provenAt: 5,
  });
  expect(strongestOf([did('sms-code', 5)])).toBeUndefined();
});

test('of each method the newest proof is kept, whichever list it comes from', () => {
  const proofs = newestProofs([did('password', 5), did('sms-code', 9)], [did('password', 7), did('sms-code', 2)]);
  expect(proofs).toEqual([did('password', 7), did('sms-code', 9)]);
});
