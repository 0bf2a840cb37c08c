import { describe, expect, test } from 'vitest';
import { renderDocument } from '#views/html.ts';
import { consent } from '#views/sign-in/consent.ts';
import { type Language, textFor } from '#views/text/text.ts';
import { readTags, type Tag } from './markup.ts';
import { pageSamples } from './page-samples.ts';

const languages: readonly Language[] = ['fa', 'en'];
const every = languages.flatMap((language) =>
  pageSamples().map(({ name, render }) => ({ name, language, markup: renderDocument(render(textFor(language))) })),
);

const attacks = [
  '<script>canary()</script>',
  '"><img src=x onerror=canary()>',
  "'><svg onload=canary()>",
  '" autofocus onfocus="canary()',
  '</title><script>canary()</script>',
  '</textarea></script><script>canary()</script>',
  '<!--<script>canary()',
  '&lt;script&gt;canary()',
  '`onmouseover=canary()',
  '{{constructor.constructor("canary()")()}}',
  'javascript:canary()',
  '\u2028<b>canary</b>',
];

describe.each(every)('$name in $language', ({ language, markup }) => {
  const tags = readTags(markup);

  test('has one main heading, which the title repeats', () => {
    expect(tags.filter(({ name }) => name === 'h1')).toHaveLength(1);
    const heading = /<h1>(.*?)<\/h1>/.exec(markup)?.[1];
    expect(/<title>(.*?)<\/title>/.exec(markup)?.[1]).toContain(heading);
  });

  test('names its language and direction', () => {
    const root = tags.find(({ name }) => name === 'html');
    expect(root?.attributes).toMatchObject({ lang: language, dir: language === 'fa' ? 'rtl' : 'ltr' });
  });

  test('has no script or style written into it', () => {
    expect(tags.filter(({ name }) => name === 'style')).toEqual([]);
    expect(tags.filter(({ name, attributes }) => name === 'script' && attributes.src === undefined)).toEqual([]);
    expect(
      tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^(on|style$)/.test(name)),
    ).toEqual([]);
  });

  test('labels every field and gives every id once', () => {
    const ids = tags.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const labelled = tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes.for);
    const fields = tags.filter(({ name, attributes }) => name === 'input' && attributes.type !== 'hidden');
    for (const { attributes } of fields) expect(labelled).toContain(attributes.id);
    for (const reference of referenced(tags)) expect(ids).toContain(reference);
  });

  test('can be switched to the other language', () => {
    const other = language === 'fa' ? 'en' : 'fa';
    expect(tags.some(({ name, attributes }) => name === 'a' && attributes.hreflang === other)).toBe(true);
  });
});

describe.each(attacks)('the attack %j', (attack) => {
  test('comes out as text, wherever somebody else chooses the words', () => {
    for (const language of languages) {
      const tainted = pageSamples((honest) => `${honest}${attack}`);
      const untouched = pageSamples();
      for (const [index, { name, render }] of tainted.entries()) {
        const honest = untouched[index]?.render(textFor(language));
        const markup = renderDocument(render(textFor(language)));
        expect(outline(readTags(markup)), `${name} in ${language}`).toEqual(outline(readTags(String(honest))));
      }
    }
  });
});

test('the corpus does reach the pages: the same attack as markup is noticed', () => {
  const page = pageSamples()[0]?.render(textFor('en'));
  const broken = String(page).replace('</h1>', '<img src="x" onerror="canary()"></h1>');
  expect(outline(readTags(broken))).not.toEqual(outline(readTags(String(page))));
});

test('a policy address that leads nowhere good is left out, and the page still stands', () => {
  const [text, attack] = [textFor('en'), 'javascript:canary()'];
  const both = { fa: 'الف', en: 'A' };
  const frame = { assets: { stylesheet: '/a.css', font: '/a.woff2', icon: '/a.svg' }, switchLanguageHref: '/x' };
  const page = String(
    consent(text, { frame, action: '/x', csrf: 'c', asker: { name: both }, claims: [], shown: '', policyHref: attack }),
  );
  expect(page).not.toContain('javascript:');
  expect(page).not.toContain('Privacy policy');
});

test('the sign-in form carries the names and autocomplete values that password managers know', () => {
  const markup = every.find(({ name }) => name === 'sign-in-wrong')?.markup ?? '';
  const inputs = readTags(markup).filter(({ name }) => name === 'input');
  const named = (name: string) => inputs.find(({ attributes }) => attributes.name === name)?.attributes;
  expect(named('national_code')).toMatchObject({ autocomplete: 'username', inputmode: 'numeric', value: '۰۰۱۲۳۴۵۶۷۸' });
  expect(named('password')).toMatchObject({ type: 'password', autocomplete: 'current-password' });
  expect(named('password')).not.toHaveProperty('value');
  expect(named('shared_computer')).toMatchObject({ type: 'checkbox' });
  expect(named('csrf')).toMatchObject({ type: 'hidden' });
});

/** Which tags with which attributes, without their values: markup that an attack added would show. */
function outline(tags: readonly Tag[]): string[] {
  return tags.map(({ name, attributes }) => `${name} ${Object.keys(attributes).sort().join(' ')}`);
}

function referenced(tags: readonly Tag[]): string[] {
  return tags.flatMap(({ attributes }) => [
    ...[attributes['aria-describedby'], attributes['aria-labelledby']].flatMap((ids) => ids?.split(' ') ?? []),
    ...(attributes.href?.startsWith('#') ? [attributes.href.slice(1)] : []),
  ]);
}
