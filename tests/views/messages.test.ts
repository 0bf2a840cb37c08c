import { expect, test } from 'vitest';

import { messages as english } from '#views/text/en/messages.ts';
import { messages as persian } from '#views/text/fa/messages.ts';
import { type MessageWords, messageText } from '#views/text/message-words.ts';

const host = 'sso.example.ir';
const CODES = ['sign-in-code', 'phone-code', 'recovery-code', 'puzzle-way'] as const;
const kinds = Object.keys(persian) as (keyof typeof persian)[];
const values = { code: '123456', link: 'https://sso.example.ir/r', factor: 'passkey', act: 'added', device: 'x' };
const write = (words: MessageWords) => messageText(words, { host });

/** 3GPP TS 23.038: 70 characters in one part where a letter is outside the GSM alphabet, 67 in each of several. */
const parts = (text: string) => (text.length <= 70 ? 1 : Math.ceil(text.length / 67));

test.each(CODES)('%s fits into one part in Persian, code first, filled in by phones', (kind) => {
  const text = write({ kind, language: 'fa', values: { code: '123456' } });
  expect(text.length).toBeLessThanOrEqual(70);
  expect(text.startsWith('123456 ')).toBe(true);
  expect(text.split('\n').at(-1)).toBe('@sso.example.ir #123456');
});

test.each(CODES)('%s fits into one part in English, where 160 characters do', (kind) => {
  const text = write({ kind, language: 'en', values: { code: '123456' } });
  expect(text.length).toBeLessThanOrEqual(160);
  expect(text).toMatch(/^[\n\x20-\x7e]+$/);
});

test.each(kinds)('%s is no longer than four parts, says who writes, and leaves no word open', (kind) => {
  for (const language of ['fa', 'en'] as const) {
    const text = write({ kind, language, values });
    expect(parts(text), text).toBeLessThanOrEqual(4);
    expect(text).toContain(language === 'fa' ? 'پنجره' : 'Panjereh');
    expect(text).not.toMatch(/undefined|\[object/);
    expect(write({ kind, language, values: { code: '1' } })).not.toMatch(/undefined|\[object/);
  }
});

test('every kind has words of its own in both languages', () => {
  expect(Object.keys(english)).toEqual(Object.keys(persian));
  const texts = (language: 'fa' | 'en') => new Set(kinds.map((kind) => write({ kind, language, values })));
  for (const language of ['fa', 'en'] as const) expect(texts(language).size).toBe(kinds.length);
});

test.each(['password', 'authenticator', 'passkey', 'recovery-codes', 'phone'])('a change of %s is named', (factor) => {
  for (const language of ['fa', 'en'] as const) {
    const named = write({ kind: 'factor-changed', language, values: { factor, act: 'changed' } });
    const unnamed = write({ kind: 'factor-changed', language, values: { factor: 'x', act: 'changed' } });
    expect(named).not.toBe(unnamed);
  }
});
