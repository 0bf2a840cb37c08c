import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRedirectUriFault, type RedirectUriFault } from '#relying-parties/redirect-uris.ts';

const web = { isNative: false, mayUseLoopback: false };
const trying = { isNative: false, mayUseLoopback: true };
const native = { isNative: true, mayUseLoopback: false };

test.each([
  'https://university.example/callback',
  'https://university.example',
  'https://university.example:8443/a/b?tenant=1',
  'https://xn--mgbh0fb.xn--mgba3a4f16a/callback',
  'https://university.example/%D8%A8%D8%A7%D8%B2',
])('an exact https address of a named host may be registered: %s', (uri) => {
  expect(findRedirectUriFault(uri, web)).toBeUndefined();
});

test('loopback http is for trying out and for installed applications, custom schemes for the latter alone', () => {
  for (const uri of [
    'http://localhost:3001/callback',
    'http://127.0.0.1:3001/callback',
    'http://[::1]:3001/callback',
  ]) {
    expect(findRedirectUriFault(uri, web)).toBe('loopback-not-allowed');
    expect(findRedirectUriFault(uri, trying)).toBeUndefined();
    expect(findRedirectUriFault(uri, native)).toBeUndefined();
  }
  expect(findRedirectUriFault('ir.university.app:/callback', native)).toBeUndefined();
  expect(findRedirectUriFault('ir.university.app:/callback', web)).toBe('not-https');
  expect(findRedirectUriFault('app:/callback', native)).toBe('scheme-without-a-dot');
  expect(findRedirectUriFault('http://university.example/callback', native)).toBe('not-https');
});

const attacks: [RedirectUriFault, string[]][] = [
  ['wildcard', ['https://*.university.example/', 'https://university.example/*', 'https://university.example/cb?x=*']],
  ['fragment', ['https://university.example/cb#', 'https://university.example/cb#x']],
  [
    'user-info',
    [
      'https://university.example@evil.example/',
      'https://a:b@evil.example/',
      'https://@evil.example/',
      'https://university.example:443@evil.example/',
    ],
  ],
  [
    'dot-segment',
    [
      'https://university.example/a/../b',
      'https://university.example/a/..;/b',
      'https://university.example/./b',
      'https://university.example/a/%2e%2e/b',
      'https://university.example/a/.%2E/b',
      'https://university.example/a/%252e%252e/b',
      'https://university.example/a%2f..%2fb',
      'https://university.example/..',
      'https://university.example/a/..%3bx/',
    ],
  ],
  [
    'unsafe-characters',
    [
      'https://university.example/a b',
      ' https://university.example/',
      'https://university.example/\n',
      'https://university.example\\@evil.example/',
      'https://university.example/\u0000',
      'https://university.example/%00',
      'https://university.example/%0d%0aSet-Cookie:a',
      'https://university.example/%zz',
      'https://university.example/"><script>',
      'https://universitу.example/',
      'https://university.example/\u202e',
      'java\tscript:alert(1)',
      'https:\\\\university.example/',
    ],
  ],
  ['not-a-uri', ['', '/callback', '//evil.example/', 'university.example/callback', 'https://']],
  [
    'reserved-parameter',
    [
      'https://university.example/cb?code=x',
      'https://university.example/cb?state',
      'https://university.example/cb?a=1&iss=x',
    ],
  ],
  [
    'not-https',
    [
      'http://university.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://a.example/x',
      'ftp://university.example/',
    ],
  ],
  [
    'not-canonical',
    [
      'https://UNIVERSITY.example/',
      'HTTPS://university.example/',
      'https://university.example:443/',
      'https:university.example/',
      'https:///university.example/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://127.1/',
    ],
  ],
  ['loopback-not-allowed', ['http://localhost/', 'https://localhost/', 'https://127.0.0.1/', 'http://a.localhost/']],
  [
    'host-not-a-name',
    [
      'https://10.0.0.1/',
      'https://8.8.8.8/',
      'https://[2001:db8::1]/',
      'https://intranet/',
      'https://a_b.example/',
      'https://university.example./',
    ],
  ],
  ['too-long', [`https://university.example/${'a'.repeat(2000)}`]],
];

test.each(attacks.flatMap(([fault, uris]) => uris.map((uri): [RedirectUriFault, string] => [fault, uri])))(
  'refused as %s: %j',
  (fault, uri) => {
    expect(findRedirectUriFault(uri, web)).toBe(fault);
  },
);

test('script and data schemes are refused for installed applications too', () => {
  for (const uri of [
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'about:blank',
    'intent:x',
  ]) {
    expect(findRedirectUriFault(uri, native), uri).toBeDefined();
  }
});

test('whatever may be registered is one https address without anything that reads in two ways', () => {
  const piece = fc.constantFrom(
    'https',
    'http',
    ':',
    '//',
    '/',
    '@',
    '..',
    ';',
    '%2e',
    '*',
    '#',
    '?',
    'a.example',
    'localhost',
    ':443',
    '\\',
    ' ',
    'A',
    'code=',
    '&',
    '[::1]',
    '١',
    '.',
  );
  const uri = fc.oneof(
    fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 6 }).map((pieces) => `https://a.example${pieces.join('')}`),
  );
  fc.assert(
    fc.property(uri, (text) => {
      if (findRedirectUriFault(text, web) !== undefined) return;
      const url = new URL(text);
      expect(url.protocol).toBe('https:');
      expect([text, `${text}/`]).toContain(url.href);
      expect(text).not.toMatch(/[*#\\\s]|^https:..[^/?]*@|\/\.\.?(\/|$)|[^\x21-\x7e]/);
    }),
    { numRuns: 2000 },
  );
});
