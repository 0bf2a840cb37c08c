import { expect, test } from 'vitest';
import { releasedClaims } from '#protocol/released-claims.ts';

/** What an answer tells of a citizen is read from the answer itself, in whatever form it leaves. */
const jwt = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`;
const verified = { verification: {}, claims: { birthdate: '2000-01-01' } };
const about = {
  sub: 's',
  iss: 'i',
  aud: 'a',
  acr: '1',
  amr: ['pwd'],
  auth_time: 1,
  nonce: 'n',
  at_hash: 'h',
  sid: 'x',
};

test.each([
  ['userinfo', '/userinfo', { sub: 's', given_name: 'x' }, ['sub', 'given_name']],
  ['signed userinfo', '/userinfo', jwt({ sub: 's', national_code: 'x' }), ['sub', 'national_code']],
  ['an ID token', '/token', { access_token: 't', id_token: jwt({ ...about, given_name: 'x' }) }, ['given_name']],
  [
    'claims that are verified',
    '/token',
    { id_token: jwt({ ...about, verified_claims: verified }) },
    ['verified_claims', 'birthdate'],
  ],
  ['a list of them', '/userinfo', { sub: 's', verified_claims: [verified] }, ['sub', 'verified_claims', 'birthdate']],
  ['introspection', '/introspect', { active: true, sub: 's', phone_number: 'x' }, ['phone_number']],
  [
    'signed introspection',
    '/introspect',
    jwt({ token_introspection: { active: true, birthdate: 'x' } }),
    ['birthdate'],
  ],
] as const)('%s', (_what, path, body, claims) => {
  expect(releasedClaims({ path, status: 200, body })?.claims).toEqual(claims);
});

test.each([
  ['a sign-in that tells nothing but itself', '/token', 200, { id_token: jwt(about) }],
  ['no ID token', '/token', 200, { access_token: 't' }],
  ['an access token that is checked', '/introspect', 200, { active: true, sub: 's', scope: 'openid', acr: '1' }],
  ['a refusal', '/userinfo', 401, { error: 'invalid_token', given_name: 'x' }],
  ['other paths', '/jwks', 200, { given_name: 'x' }],
])('%s is no release', (_what, path, status, body) => {
  expect(releasedClaims({ path, status, body })).toBeUndefined();
});
