import { describe, expect, test } from 'vitest';
import { dataFile } from '#views/account/data-file.ts';
import { renderDocument } from '#views/html.ts';
import { type Language, textFor } from '#views/text/text.ts';
import { dataFileSample } from './account-ending-samples.ts';
import { readTags } from './markup.ts';

/** A file that is opened on its owner's own computer, where no policy of ours holds: it may have nothing to run. */
const NOON = 1_742_459_400_000;

function render(language: Language, taint: (honest: string) => string): string {
  const both = (fa: string, en: string) => ({ fa: taint(fa), en: taint(en) });
  return renderDocument(dataFile(textFor(language), dataFileSample({ taint, both, noon: NOON })));
}

const attacks = ['<script>canary()</script>', '"><img src=x onerror=canary()>', '</title><script>canary()</script>'];

describe.each(['fa', 'en'] as const)('in %s', (language) => {
  const honest = readTags(render(language, (text) => text));

  test('it loads nothing, runs nothing, and leads nowhere', () => {
    const names = new Set(honest.map(({ name }) => name));
    for (const name of ['script', 'img', 'link', 'iframe', 'form', 'a']) expect(names).not.toContain(name);
    expect(honest.find(({ name }) => name === 'html')?.attributes).toEqual({
      lang: language,
      dir: language === 'fa' ? 'rtl' : 'ltr',
    });
    expect(honest.filter(({ name }) => name === 'h2')).toHaveLength(9);
  });

  test.each(attacks)('what others wrote stays text: %s', (attack) => {
    expect(readTags(render(language, (text) => `${text}${attack}`))).toEqual(honest);
    // The control: put in as markup, it would be found.
    const spoiled = render(language, (text) => text).replace('</h1>', `</h1>${attack}`);
    expect(readTags(spoiled)).not.toEqual(honest);
  });
});
