import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { comparisonKey, hasBidiControls, normaliseDigits, normaliseLetters } from '#platform/persian-text.ts';

/** Text as it comes from Persian forms: every character that is treated specially, beside some that are not. */
const persianText = fc.string({
  unit: fc.constantFrom(...'يىكیکآاأؤئءه ۀة۰۹٠٩07aZ \u0640\u064b\u064e\u0652\u0653\u0654\u200c\u200f\ufefb\ufe76'),
});

const anyText = fc.array(fc.nat(0x10ffff)).map((codePoints) => String.fromCodePoint(...codePoints));

describe('digits', () => {
  test('Persian and Arabic digits become ASCII digits, and nothing else changes', () => {
    expect(normaliseDigits('۰۱۲۳۴۵۶۷۸۹')).toBe('0123456789');
    expect(normaliseDigits('٠١٢٣٤٥٦٧٨٩')).toBe('0123456789');
    expect(normaliseDigits('کد ۱۲ و ٣٤ يا 56')).toBe('کد 12 و 34 يا 56');
  });

  test('the length stays, so that a position in the text typed is a position in the text read', () => {
    fc.assert(fc.property(persianText, (text) => normaliseDigits(text).length === text.length));
  });
});

describe('letters', () => {
  test('Arabic yeh, alef maksura and kaf become the Persian letters', () => {
    expect(normaliseLetters('علي كريمى')).toBe('علی کریمی');
  });

  test('tatweel and harakat are taken away, the joiner stays', () => {
    expect(normaliseLetters('مُحَمَّد')).toBe('محمد');
    expect(normaliseLetters('عـــلی')).toBe('علی');
    expect(normaliseLetters('می\u200cخواهم')).toBe('می\u200cخواهم');
  });

  test('control: Unicode normalisation alone folds none of them', () => {
    for (const text of ['علي', 'كريم', '۱۲', 'عـلی']) expect(text.normalize('NFKC')).toBe(text);
  });
});

describe('the key for comparing', () => {
  test.each([
    ['علي', 'علی'],
    ['كاوياني', 'کاویانی'],
    ['یزدان\u200cپناه', 'یزدانپناه'],
    ['رضا  ۲ ', 'رضا 2'],
    ['مُحَمَّد', 'محمد'],
    ['ﻋﻠﻲ', 'علی'],
    ['ARASH', 'arash'],
  ])('%s and %s are one name', (one, other) => {
    expect(comparisonKey(one)).toBe(comparisonKey(other));
  });

  test('different names keep different keys', () => {
    expect(comparisonKey('علی')).not.toBe(comparisonKey('عالی'));
    expect(comparisonKey('آرش')).not.toBe(comparisonKey('ارش'));
  });

  test('the key of a key is itself', () => {
    fc.assert(fc.property(persianText, (text) => comparisonKey(comparisonKey(text)) === comparisonKey(text)));
    fc.assert(fc.property(anyText, (text) => comparisonKey(comparisonKey(text)) === comparisonKey(text)));
  });
});

describe('bidi controls', () => {
  test('every embedding, override and isolate is found, wherever it stands', () => {
    for (const code of [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]) {
      expect(hasBidiControls(`آرش${String.fromCharCode(code)}کاویانی`)).toBe(true);
    }
  });

  test('a name in its ordinary spelling has none', () => {
    expect(hasBidiControls('یزدان\u200cپناه (Yazdanpanah)')).toBe(false);
  });

  test('asking twice gives the same answer', () => {
    expect([hasBidiControls('\u202e'), hasBidiControls('\u202e')]).toEqual([true, true]);
  });
});
