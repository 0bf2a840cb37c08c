import { newPassword } from '#views/sign-in/new-password.ts';
import { type PasswordAgainError, passwordAgain } from '#views/sign-in/password-again.ts';
import { secondFactor } from '#views/sign-in/second-factor.ts';
import { type CodeFault, type CodeWay, secondFactorCode } from '#views/sign-in/second-factor-code.ts';
import { type SignInError, signIn } from '#views/sign-in/sign-in.ts';
import { unmet } from '#views/sign-in/unmet.ts';
import type { Text } from '#views/text/text.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** The steps of a sign-in that follow the first page, and the first page with all that it can carry. */
export function signInSamples({ taint, both, frame, csrf, asker }: SampleParts): PageSample[] {
  const step = { frame, csrf, asker, cancelAction: '/sign-in/x/cancel' };
  const options = taint('{"rpId":"sso.example","challenge":"x"}');
  const passkey = { action: '/sign-in/x/passkey', options };
  const maskedPhone = taint('0912***4567');
  const sms = { sendAction: '/sign-in/x/sms/send', maskedPhone };
  const ways = { authenticatorHref: '/sign-in/x/authenticator', recoveryCodeHref: '/sign-in/x/recovery-code' };
  const first =
    (more: { error?: SignInError; isPuzzling?: boolean; isCodeSent?: boolean } = {}) =>
    (text: Text) =>
      signIn(text, {
        ...{ frame, csrf, asker, passkey, error: more.error },
        action: '/sign-in/x',
        cancelAction: '/sign-in/x/cancel',
        nationalCode: more.isPuzzling === true ? taint('0012345678') : undefined,
        enrolHref: '/sign-in/x/enrol',
        recoverHref: '/recover',
        puzzle:
          more.isPuzzling === true
            ? { challenge: taint('{}'), sendCodeAction: '/sign-in/x/puzzle-code', isCodeSent: more.isCodeSent ?? false }
            : undefined,
      });
  const code =
    (way: CodeWay, more: { error?: CodeFault; isSent?: boolean; mayBeLate?: boolean; mayRemember?: boolean } = {}) =>
    (text: Text) =>
      secondFactorCode(text, {
        ...step,
        way,
        action: `/sign-in/x/${way}`,
        maskedPhone,
        sendAction: sms.sendAction,
        isSent: more.isSent ?? true,
        mayBeLate: more.mayBeLate ?? false,
        anotherWayHref: '/sign-in/x/second-factor',
        mayRemember: more.mayRemember ?? true,
        error: more.error,
      });
  const again = (error?: PasswordAgainError) => (text: Text) =>
    passwordAgain(text, {
      ...step,
      action: '/sign-in/x/password',
      name: both('نیلوفر رستگار', 'Niloufar Rastegar'),
      somebodyElseHref: '/sign-in/x?somebody=else',
      error,
    });
  const cannot = (missing: 'passkey' | 'code' | 'identity') => (text: Text) =>
    unmet(text, { frame, csrf, asker, missing, backAction: '/sign-in/x/unmet', accountHref: '/account' });

  return [
    { name: 'sign-in-with-passkey', render: first() },
    { name: 'sign-in-passkey-failed', render: first({ error: { kind: 'passkey-failed' } }) },
    { name: 'sign-in-puzzle', render: first({ error: { kind: 'wrong-credentials' }, isPuzzling: true }) },
    {
      name: 'sign-in-puzzle-code',
      render: first({ error: { kind: 'puzzle-code-wrong' }, isPuzzling: true, isCodeSent: true }),
    },
    { name: 'second-factor', render: (text) => secondFactor(text, { ...step, passkey, sms, ...ways }) },
    {
      name: 'second-factor-for-level',
      render: (text) => secondFactor(text, { ...step, sms, ...ways, isForStrongerLevel: true }),
    },
    {
      name: 'second-factor-passkey-only',
      render: (text) => secondFactor(text, { ...step, passkey, isForStrongerLevel: true, hasPasskeyFailed: true }),
    },
    { name: 'sms-offer', render: code('sms', { isSent: false }) },
    { name: 'sms-code', render: code('sms') },
    { name: 'sms-code-late', render: code('sms', { mayBeLate: true }) },
    { name: 'sms-code-wrong', render: code('sms', { error: { kind: 'wrong', triesLeft: 3 } }) },
    { name: 'sms-code-too-soon', render: code('sms', { error: { kind: 'too-soon', retryAfterMs: 42_000 } }) },
    { name: 'sms-code-unavailable', render: code('sms', { error: { kind: 'unavailable' }, isSent: false }) },
    { name: 'authenticator-code', render: code('authenticator') },
    { name: 'authenticator-code-used', render: code('authenticator', { error: { kind: 'used' }, mayRemember: false }) },
    { name: 'recovery-code', render: code('recoveryCode') },
    {
      name: 'recovery-code-slow-down',
      render: code('recoveryCode', { error: { kind: 'slow-down', retryAfterMs: 240_000 } }),
    },
    { name: 'password-again', render: again() },
    { name: 'password-again-wrong', render: again({ kind: 'wrong' }) },
    {
      name: 'must-change-password',
      render: (text) =>
        newPassword(text, { ...step, action: '/sign-in/x/new-password', length: { least: 8, most: 128 } }),
    },
    {
      name: 'must-change-password-refused',
      render: (text) =>
        newPassword(text, {
          ...step,
          action: '/sign-in/x/new-password',
          length: { least: 8, most: 128 },
          error: { kind: 'too-common' },
        }),
    },
    { name: 'unmet-passkey', render: cannot('passkey') },
    { name: 'unmet-code', render: cannot('code') },
    { name: 'unmet-identity', render: cannot('identity') },
  ];
}
