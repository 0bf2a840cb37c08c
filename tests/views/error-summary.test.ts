import { describe, expect, test } from 'vitest';
import { textFor } from '#views/text/text.ts';
import { pageSamples } from './page-samples.ts';

const titles = {
  fa: ['یک مشکل پیش آمده است', '۲ مشکل پیش آمده است', '۳ مشکل پیش آمده است'],
  en: ['There is a problem', 'There are 2 problems', 'There are 3 problems'],
} as const;

describe.each(['fa', 'en'] as const)('the summary of errors in %s', (language) => {
  const summaries = pageSamples().flatMap(({ name, render }) => {
    const [summary] = /<div class="error-summary".*?<\/ul>/s.exec(String(render(textFor(language)))) ?? [];
    return summary === undefined ? [] : [{ name, summary }];
  });
  const countIn = (summary: string) => summary.split('<li>').length - 1;

  test('says on every page how many there are', () => {
    for (const { name, summary } of summaries)
      expect(/<h2[^>]*>(.*?)<\/h2>/.exec(summary)?.[1], name).toBe(titles[language][countIn(summary) - 1]);
  });

  test('control: there are pages with one and pages with more', () => {
    const counts = new Set(summaries.map(({ summary }) => countIn(summary)));
    expect([...counts]).toEqual(expect.arrayContaining([1, 2]));
  });
});
