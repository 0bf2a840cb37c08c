import { describe, expect, test } from 'vitest';
import { readLoginRequest } from '../../demo/university/login-request.ts';

const own = { issuer: 'https://sso.example.ir', url: 'https://university.example.ir' };
const read = (query: string) => readLoginRequest(new URLSearchParams(query), own);

describe('a sign-in that a third party starts', () => {
  test('our own button needs no parameters and leads to the signed-in page', () => {
    expect(read('')).toEqual({ outcome: 'start', loginHint: undefined, returnTo: '/me', staysConnected: false });
  });

  test('the issuer we trust may start one, with a hint and a page of ours to return to', () => {
    const query = new URLSearchParams({
      iss: own.issuer,
      login_hint: 'someone',
      target_link_uri: `${own.url}/courses?term=1`,
    });
    expect(read(query.toString())).toEqual({
      outcome: 'start',
      loginHint: 'someone',
      returnTo: '/courses?term=1',
      staysConnected: false,
    });
  });

  test.each([
    ['another issuer', 'https://evil.example'],
    ['our issuer with a slash added', `${own.issuer}/`],
    ['our issuer in capitals', own.issuer.toUpperCase()],
    ['an empty issuer', ''],
  ])('%s is refused', (_, iss) => {
    expect(read(new URLSearchParams({ iss }).toString())).toEqual({ outcome: 'refused', reason: 'other-issuer' });
  });

  test.each([
    'https://evil.example/me',
    '//evil.example/me',
    '/\\evil.example/me',
    'https://university.example.ir.evil.example/',
    'https://university.example.ir@evil.example/',
    'https://someone@university.example.ir/me',
    'http://university.example.ir/me',
    'https://university.example.ir:444/me',
    'https://university.example.ir//evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('a target outside our own origin is refused: %s', (target) => {
    expect(read(new URLSearchParams({ target_link_uri: target }).toString())).toEqual({
      outcome: 'refused',
      reason: 'foreign-target',
    });
  });

  test('a parameter given twice is refused, since nobody can say which one counts', () => {
    expect(read(`iss=${own.issuer}&iss=https://evil.example`)).toMatchObject({ reason: 'parameter-repeated' });
    expect(read('target_link_uri=/me&target_link_uri=//evil.example')).toMatchObject({ reason: 'parameter-repeated' });
  });

  test('a hint longer than any hint is refused', () => {
    expect(read(`login_hint=${'x'.repeat(257)}`)).toMatchObject({ reason: 'hint-too-long' });
    expect(read(`login_hint=${'x'.repeat(256)}`)).toMatchObject({ outcome: 'start' });
  });
});
