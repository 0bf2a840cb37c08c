import { expect, test } from 'vitest';
import { en } from '#views/text/en.ts';
import { fa } from '#views/text/fa.ts';

type Phrase = { path: string; value: unknown };

function phrases(value: unknown, path = ''): Phrase[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => phrases(inner, `${path}.${key}`));
}

/** What a phrase says, with a mark in place of whatever it is given. */
function said({ value }: Phrase): string {
  if (typeof value !== 'function') return String(value);
  return String(value(...Array.from({ length: value.length }, () => '1')));
}

test('Persian and English say the same things, with the same parts', () => {
  const shape = (text: unknown) =>
    phrases(text).map(({ path, value }) => `${path} ${typeof value === 'function' ? value.length : 'words'}`);
  expect(shape(en)).toEqual(shape(fa));
});

test('no phrase is empty', () => {
  for (const phrase of [...phrases(fa), ...phrases(en)]) expect(said(phrase).trim(), phrase.path).not.toBe('');
});

test('Persian is written with Persian letters and digits, not with their Arabic look-alikes', () => {
  for (const phrase of phrases(fa)) expect(said(phrase), phrase.path).not.toMatch(/[يكى٠-٩\u0640]/);
});

test('Persian phrases contain no digit of another script', () => {
  const own = phrases(fa).filter(({ value }) => typeof value === 'string');
  for (const { path, value } of own) expect(value, path).not.toMatch(/[0-9]/);
});

test('numbers are written in the digits of the language', () => {
  expect(fa.common.minutes(12)).toBe('۱۲ دقیقه');
  expect(en.common.minutes(12)).toBe('12 minutes');
  expect(en.common.minutes(1)).toBe('1 minute');
});
