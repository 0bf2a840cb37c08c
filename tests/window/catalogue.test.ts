import { describe, expect, test } from 'vitest';
import { catalogueOf, searchCatalogue } from '#root/window/catalogue.ts';

const organisation = (id: string, fa: string, en: string) =>
  ({ id, name: { fa, en }, kind: 'state', stage: 'connected' }) as const;
const service = (clientId: string, organisationId: string, fa: string, en: string) => ({
  clientId,
  organisationId,
  name: { fa, en },
});

const catalogue = catalogueOf(
  [
    service('lib', 'yazd', 'کتابخانهٔ مرکزی', 'Central Library'),
    service('sbu', 'beheshti', 'سامانهٔ گلستان', 'Golestan'),
    service('lost', 'nobody', 'بی‌صاحب', 'Nobody’s'),
    service('post', 'postal', 'پست', 'Post'),
  ],
  [
    organisation('beheshti', 'دانشگاه شهید بهشتی', 'Shahid Beheshti University'),
    organisation('yazd', 'دانشگاه یزد', 'Yazd University'),
    { ...organisation('postal', 'پست ایران', 'Iran Post'), kind: 'agency' },
  ],
);
const found = (typed: string) => searchCatalogue(catalogue.en, typed).map(({ clientId }) => clientId);

test('services stand by kind and, in each language, in the order of the names of their organisations', () => {
  expect(catalogue.en.map(({ clientId }) => clientId)).toEqual(['sbu', 'lib', 'post', 'lost']);
  expect(catalogue.fa.map(({ clientId, kind }) => [clientId, kind])).toEqual([
    ['sbu', 'state'],
    ['lib', 'state'],
    ['post', 'agency'],
    ['lost', 'other'],
  ]);
});

test('a number in a name counts as one, in whichever digits: the second stands before the tenth', () => {
  const numbers = ['10', '2', '1'];
  const fa = (number: string) => number.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
  const all = catalogueOf(
    numbers.map((number) => service(number, `o${number}`, `سامانهٔ ${fa(number)}`, `System ${number}`)),
    numbers.map((number) => organisation(`o${number}`, `دانشگاه ${fa(number)}`, `University ${number}`)),
  );
  for (const entries of [all.fa, all.en]) expect(entries.map(({ clientId }) => clientId)).toEqual(['1', '2', '10']);
});

describe('the search', () => {
  test.each([
    ['', ['sbu', 'lib', 'post', 'lost']],
    ['   ', ['sbu', 'lib', 'post', 'lost']],
    ['گلستان', ['sbu']],
    ['شهيد بهشتي', ['sbu']],
    ['بهشتی دانشگاه', ['sbu']],
    ['كتابخانه', ['lib']],
    ['کتاب‌خانه', ['lib']],
    ['BEHESHTI', ['sbu']],
    ['yazd library', ['lib']],
    ['دانشگاه', ['sbu', 'lib']],
    ['هاروارد', []],
  ])('finds by %j what was meant, whatever the keyboard', (typed, expected) => expect(found(typed)).toEqual(expected));
});
