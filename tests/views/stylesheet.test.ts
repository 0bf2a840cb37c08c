import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDocument } from '#views/html.ts';
import { textFor } from '#views/text/text.ts';
import { pageSamples } from './page-samples.ts';

const stylesheet = readFileSync(new URL('../../views/assets/panjereh.css', import.meta.url), 'utf8');

test('the stylesheet knows no left and right, so that one sheet serves both directions', () => {
  const physical =
    /^\s*(?!line-height|[a-z-]*(?:inline|block))(?:[a-z-]+-)?(?:left|right|top|bottom|width|height)(?:-[a-z]+)*\s*:/gm;
  expect(stylesheet.match(physical)?.map((line) => line.trim()) ?? []).toEqual([]);
  expect(stylesheet).not.toMatch(/:\s*(?:left|right)\s*;/);
});

test('the stylesheet loads nothing but our own font', () => {
  expect([...stylesheet.matchAll(/url\(([^)]*)\)|@import/g)].map(([, address]) => address)).toEqual([
    '"/assets/vazirmatn.woff2"',
  ]);
});

test('the first page weighs at most 60 kB without the font, before compression', () => {
  const page = pageSamples()
    .find(({ name }) => name === 'sign-in')
    ?.render(textFor('fa'));
  const markup = page === undefined ? '' : renderDocument(page);
  expect(markup).toContain('national_code');
  expect(Buffer.byteLength(markup + stylesheet)).toBeLessThan(60_000);
});
