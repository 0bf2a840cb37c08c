import { createHash } from 'node:crypto';
import type { IDToken, JsonValue } from 'openid-client';
import { describe, expect, test } from 'vitest';
import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import { checkIdToken, IdTokenRefused } from '#console/id-token.ts';

const now = 1_770_000_000_000;
const at = now / 1000;
const header = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url');
const halfHash = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

const expected = {
  ...{ nonce: 'nonce', acr: AUTHENTICATION_LEVELS.phishingResistant, maxAge: 900, accessToken: 'token', now },
};
const honest: IDToken = {
  ...{ iss: 'https://sso.example', aud: 'panjereh-console', sub: 'subject', sid: 'session', iat: at, exp: at + 600 },
  ...{ nonce: 'nonce', acr: AUTHENTICATION_LEVELS.passkey, auth_time: at - 800, at_hash: halfHash('token') },
};
type Change = Partial<Record<keyof IDToken, JsonValue | undefined>>;
const check = (change: Change, wanted = expected) =>
  checkIdToken(`${header}.e30.x`, { ...honest, ...change } as IDToken, wanted);

describe('an ID token of the console', () => {
  test('control: is believed as the provider signs it, also without a hash and within the difference of clocks', () => {
    expect(check({})).toEqual({ subject: 'subject', sid: 'session' });
    expect(check({ at_hash: undefined })).toEqual({ subject: 'subject', sid: 'session' });
    expect(check({ auth_time: at - 950 })).toEqual({ subject: 'subject', sid: 'session' });
  });

  test.each<[string, Change]>([
    ['for another sign-in', { nonce: 'another' }],
    ['for no sign-in', { nonce: undefined }],
    ['beside another access token', { at_hash: halfHash('another token') }],
    ['of a password and a code', { acr: AUTHENTICATION_LEVELS.passwordAndCode }],
    ['of no level', { acr: undefined }],
    ['of a level that is a list', { acr: [AUTHENTICATION_LEVELS.passkey] }],
    ['of a sign-in too long ago', { auth_time: at - 961 }],
    ['of a sign-in at no time', { auth_time: undefined }],
    ['that is a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['of no session', { sid: undefined }],
    ['of a session without a name', { sid: '' }],
  ])('%s is refused', (_what, change) => {
    expect(() => check(change)).toThrow(IdTokenRefused);
  });

  test('is refused where no nonce was kept, though it has none either', () => {
    expect(() => check({ nonce: '' }, { ...expected, nonce: '' })).toThrow(IdTokenRefused);
  });
});
