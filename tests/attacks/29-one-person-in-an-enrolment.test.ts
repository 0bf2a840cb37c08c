import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from '#tests/proofing/open-proofing.ts';

/**
 * One person has many writings of their national code and number. Tries are counted for the person, not for the writing,
 * and nobody gets a second account by writing themselves another way.
 */
let proofing: OpenProofing;
beforeAll(async () => {
  proofing = await openProofing();
}, 2 * MINUTE);
afterAll(() => proofing.close());

const persian = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
const arabic = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit)));
const dashed = (text: string) => `${text.slice(0, 3)}-${text.slice(3, 9)}-${text.slice(9)}`;
const marked = (text: string) => `\u200e${text}\u200f`;
const spaced = (text: string) => [...text].join(' ');
/** Old systems drop leading zeros. */
const shortened = (text: string) => text.replace(/^0{1,2}/, '');
const writings = [
  (text: string) => text,
  persian,
  arabic,
  dashed,
  marked,
  spaced,
  shortened,
  (text: string) => persian(dashed(text)),
];

const BIRTH_DATE = '2003-06-25';

test('tries of one person are counted together, however the code is written', { timeout: MINUTE }, async () => {
  const { enrolments } = proofing.start();
  const nationalCode = makeNationalCode(1_234_501);
  const control = makeNationalCode(1_234_502);
  const from = { network: 'one network', language: 'fa' as const };
  const tryAs = async (typed: string, device: string, birthDate = '2003-01-01') => {
    await enrolments.begin({ deviceSecret: device, from });
    const outcome = await enrolments.act(device, { step: 'identity', nationalCode: typed, birthDate }, from);
    return outcome.outcome === 'refused' ? outcome.reason : outcome.outcome;
  };
  const reasons: string[] = [];
  for (const [index, write] of writings.entries()) reasons.push(await tryAs(write(nationalCode), `device ${index}`));
  // Five are free, the sixth begins a wait, and the seventh has to wait: each from a device of its own.
  expect(reasons).toEqual([...Array.from({ length: 6 }, () => 'no-match'), 'slow-down', 'slow-down']);
  // The control: another person from the same network is not held up.
  expect(await tryAs(control, 'another device')).toBe('no-match');
});

test('one person has one account, however code and number are written', { timeout: MINUTE }, async () => {
  const nationalCode = makeNationalCode(1_234_503);
  const phone = '+989121230000';
  proofing.people.push({
    nationalCode,
    birthDate: BIRTH_DATE,
    givenName: 'نام',
    familyName: 'خانوادگی',
    phones: [phone],
  });
  const numbers = [phone, persian('09121230000'), '0098 912 123 0000', arabic('9121230000')];
  const ends: (string | undefined)[] = [];
  for (const [index, number] of numbers.entries()) {
    const { enrolments } = proofing.start();
    const write = writings[index + 1] ?? String;
    const secret = `enrolment ${index}`;
    const from = { network: `network ${index}`, language: 'fa' as const };
    await enrolments.begin({ deviceSecret: secret, from });
    await enrolments.act(secret, { step: 'identity', nationalCode: write(nationalCode), birthDate: BIRTH_DATE }, from);
    await enrolments.act(secret, { step: 'phone', phone: number }, from);
    await enrolments.act(secret, { step: 'phone-code', code: persian(codeIn(proofing, phone)) }, from);
    await enrolments.act(secret, { step: 'password', password: 'سه گربه روی بام خانه' }, from);
    const view = await enrolments.find(secret);
    ends.push(view?.endedBy ?? view?.at);
  }
  expect(ends).toEqual(['passkey', 'account-exists', 'account-exists', 'account-exists']);
  expect(await proofing.citizens.findByNationalCode(nationalCode)).toMatchObject({ nationalCode, phone });
});
