import { describe, expect, test } from 'vitest';
import { attributes, html, renderDocument, safeHref, UnsafeMarkup } from '#views/html.ts';

describe('the html tag', () => {
  test('escapes everything that is not Html already', () => {
    expect(String(html`<p title="${'"\'`'}">${'<b>&'}</p>`)).toBe('<p title="&quot;&#39;&#96;">&lt;b&gt;&amp;</p>');
    expect(String(html`<p>${html`<b>${'<'}</b>`}</p>`)).toBe('<p><b>&lt;</b></p>');
  });

  test('an object that only looks like Html is no Html', () => {
    const forged = { toString: () => '<script>', markup: '<script>' } as never;
    expect(() => String(html`${forged}`)).toThrow();
  });

  test('joins lists, and renders nothing for undefined and false', () => {
    expect(String(html`${['a', html`<i></i>`, ['<', 2]]}${undefined}${false}`)).toBe('a<i></i>&lt;2');
  });

  test('refuses an attribute value without quotes', () => {
    expect(() => html`<p title=${'x'}></p>`).toThrow(UnsafeMarkup);
  });

  test('refuses an address that leads where no page of ours leads', () => {
    expect(() => html`<a href="${'javascript:alert(1)'}">x</a>`).toThrow(UnsafeMarkup);
    expect(() => html`<a class="x" href="${'javascript:alert(1)'}">x</a>`).toThrow(UnsafeMarkup);
    expect(() => attributes({ action: 'data:text/html,x' })).toThrow(UnsafeMarkup);
    expect(String(html`<a href="${'/a?b=c&d=e'}">x</a>`)).toBe('<a href="/a?b=c&amp;d=e">x</a>');
  });

  test('refuses event handlers and inline styles', () => {
    expect(() => attributes({ onclick: 'x' })).toThrow(UnsafeMarkup);
    expect(() => attributes({ style: 'x' })).toThrow(UnsafeMarkup);
    expect(String(attributes({ id: '"', required: true, checked: false, value: undefined }))).toBe(
      ' id="&quot;" required',
    );
  });

  test('a document begins with its doctype, without which browsers fall into quirks', () => {
    expect(renderDocument(html`<html></html>`)).toMatch(/^<!doctype html>\n<html>/);
  });
});

describe('safeHref', () => {
  test.each([
    'https://sbu.ac.ir/a?b=c#d',
    '/auth/x?ui_locales=fa',
    '/',
    '#main',
    'http://localhost:3001/',
    'http://127.0.0.1:3001/cb',
    'http://[::1]/',
    'otpauth://totp/Panjereh:x?secret=JBSWY3DP',
  ])('leads to %s', (address) => expect(safeHref(address)).toBe(address));

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'blob:https://x/y',
    'http://sbu.ac.ir/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://sbu.ac.ir@evil.example/',
    'https:\\\\evil.example',
    'relative/path',
    'otpauth://hotp/x?secret=A',
    'otpauth:x',
    '#"onfocus=x',
    '',
  ])('does not lead to %j', (address) => expect(safeHref(address)).toBeUndefined());
});
