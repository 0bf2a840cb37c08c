import fc from 'fast-check';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readDigits } from '#citizens/typed-digits.ts';
import { SECOND } from '#platform/durations.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';

/** A code or a number that can be written in many ways must be one, for counting as well as for comparing. */
const ZEROS = [0x30, 0x6f0, 0x660];
const BETWEEN = ['', ' ', '-', '\u00a0', '\u200c', '\u200e', '\u200f', '\u2013', '\ufeff'];

const writing = (length: number) =>
  fc.array(fc.tuple(fc.constantFrom(...ZEROS), fc.constantFrom(...BETWEEN)), { minLength: length, maxLength: length });
const write = (digits: string, how: readonly (readonly [number, string])[]) =>
  [...digits]
    .map((digit, index) => {
      const [zero, between] = how[index] ?? [0x30, ''];
      return `${between}${String.fromCodePoint(zero + Number(digit))}`;
    })
    .join('');

let room: OpenFactors;
beforeAll(async () => {
  room = await openFactors();
});
afterAll(() => room.close());

describe('reading digits', () => {
  test('every writing of a code is that code', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6}$/), writing(6), (code, how) => {
        expect(readDigits(write(code, how), 6)).toBe(code);
      }),
    );
  });

  test('nothing else is: other numerals, letters, too few and too many, and what only looks like a digit', () => {
    for (const typed of [
      '１２３４５６',
      '१२३४५६',
      '①②③④⑤⑥',
      '12345',
      '1234567',
      '12345a',
      '1e5000',
      '+12345',
      '12.345',
      '',
    ])
      expect(readDigits(typed, 6)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        expect(readDigits(typed, 6) ?? '000000').toMatch(/^[0-9]{6}$/);
      }),
    );
  });

  test('reading takes no longer for a book', () => {
    expect(readDigits('1'.repeat(1_000_000), 6)).toBeUndefined();
    expect(readDigits(`${' '.repeat(1_000_000)}123456`, 6)).toBeUndefined();
  });
});

describe('one number', () => {
  const phone = '9121234567';
  const forms = [`0${phone}`, phone, `+98${phone}`, `0098${phone}`, `۰${phone}`, '٠٩١٢ ١٢٣ ٤٥٦٧', '0912-123-45-67'];

  test.each(forms)('%s is that number', (typed) => {
    expect(readMobileNumber(typed)).toBe(`+98${phone}`);
  });

  test('is sent to five times an hour, however it is written', async () => {
    const outcomes: string[] = [];
    for (const [index, typed] of forms.entries()) {
      const to = readMobileNumber(typed);
      if (to === undefined) throw new Error('not read as a number');
      const request = { phone: to, purpose: 'phone' as const, binding: `b${index}`, network: `n${index}` };
      outcomes.push((await room.codes.send({ ...request, language: 'fa' })).outcome);
    }
    expect(outcomes).toEqual([...Array(5).fill('sent'), ...Array(forms.length - 5).fill('slow-down')]);
  });
});

describe('one code of an authenticator, one recovery code', () => {
  test('written anew is not a new one', async () => {
    const citizen = await room.newCitizen();
    const { id: citizenId } = citizen;
    const binding = 'here';
    const { secret } = room.authenticators.begin(citizen);
    const first = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
    const proof = await room.proofs.issue({ citizenId, purpose: 'add-authenticator', binding });
    await room.authenticators.confirm({ citizenId, secret, code: first, name: '', proof, binding });
    room.clock.advance(30 * SECOND);
    const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
    const forCodes = await room.proofs.issue({ citizenId, purpose: 'issue-recovery-codes', binding });
    const [paper = ''] = (await room.recoveryCodes.issue({ citizenId, proof: forCodes, binding })) ?? [];
    expect(await room.authenticators.check({ citizenId, code: write(code, [[0x6f0, '']]) })).toBe('right');
    expect(await room.recoveryCodes.use({ citizenId, code: paper.replaceAll(' ', '') })).toBe('right');
    await fc.assert(
      fc.asyncProperty(writing(6), writing(20), async (how, other) => {
        expect(await room.authenticators.check({ citizenId, code: write(code, how) })).toBe('used');
        expect(await room.recoveryCodes.use({ citizenId, code: write(paper.replaceAll(' ', ''), other) })).toBe(
          'wrong',
        );
      }),
      { numRuns: 20 },
    );
  });
});
