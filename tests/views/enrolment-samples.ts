import { done } from '#views/enrolment/done.ts';
import { ended } from '#views/enrolment/ended.ts';
import { gone } from '#views/enrolment/gone.ts';
import { identity } from '#views/enrolment/identity.ts';
import { passkey } from '#views/enrolment/passkey.ts';
import { password } from '#views/enrolment/password.ts';
import { phone } from '#views/enrolment/phone.ts';
import { phoneCode } from '#views/enrolment/phone-code.ts';
import { phoneOwner } from '#views/enrolment/phone-owner.ts';
import { beforeRecoveryCodes, recoveryCodes } from '#views/enrolment/recovery-codes.ts';
import { start } from '#views/enrolment/start.ts';
import { waiting } from '#views/enrolment/waiting.ts';
import type { IdentityError } from '#views/identity-fields.ts';
import type { PasswordError } from '#views/new-password.ts';
import type { Text } from '#views/text/text.ts';
import type { CodeError } from '#views/text-message-code.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** Every page of the way to an account, and every way it can say no. */
export function enrolmentSamples({ taint, both, frame, csrf, asker, noon }: SampleParts): PageSample[] {
  const alone = { frame, csrf, asker };
  const step = { ...alone, backHref: '/enrol' };
  const maskedPhone = taint('+98••••••4567');
  const name = both('مریم رضایی', 'Maryam Rezaei');
  const typed = { nationalCode: taint('۰۰۱۲۳۴۵۶۷۸'), day: taint('۳۱'), month: taint('۱۲'), year: taint('۱۳۷۹') };
  const identityWith = (error?: IdentityError) => (text: Text) =>
    identity(text, { ...step, action: '/enrol/identity', ...(error === undefined ? {} : { error, typed }) });
  const codeWith = (error: CodeError) => (text: Text) =>
    phoneCode(text, {
      ...step,
      action: '/enrol/code',
      againAction: '/enrol/x',
      anotherHref: '/enrol/x',
      maskedPhone,
      error,
    });
  const passwordWith = (error?: PasswordError) => (text: Text) =>
    password(text, { ...alone, action: '/enrol/password', name, length: { least: 12, most: 128 }, error });
  const paths = { beginHref: '/enrol', signInHref: '/enter', recoverHref: '/recover' };

  return [
    {
      name: 'enrol',
      render: (text) => start(text, { frame, csrf, action: '/enrol', asker, signInHref: '/sign-in/x' }),
    },
    { name: 'enrol-begun', render: (text) => start(text, { frame, csrf, action: '/enrol', isUnderWay: true }) },
    { name: 'enrol-identity', render: identityWith() },
    {
      name: 'enrol-identity-fields',
      render: identityWith({ kind: 'fields', nationalCode: 'malformed', birthDate: 'malformed' }),
    },
    { name: 'enrol-identity-no-match', render: identityWith({ kind: 'no-match' }) },
    { name: 'enrol-identity-slow-down', render: identityWith({ kind: 'slow-down', retryAfterMs: 7_200_000 }) },
    { name: 'enrol-phone', render: (text) => phone(text, { ...step, action: '/enrol/phone' }) },
    {
      name: 'enrol-phone-malformed',
      render: (text) =>
        phone(text, { ...step, action: '/enrol/phone', typed: taint('02188'), error: { kind: 'malformed' } }),
    },
    {
      name: 'enrol-phone-owner',
      render: (text) => phoneOwner(text, { ...step, action: '/enrol/owner', anotherHref: '/enrol/phone', maskedPhone }),
    },
    {
      name: 'enrol-phone-owner-no-match',
      render: (text) =>
        phoneOwner(text, {
          ...step,
          action: '/enrol/owner',
          anotherHref: '/enrol/phone',
          maskedPhone,
          typed: taint('0012345678'),
          error: { kind: 'not-theirs' },
        }),
    },
    {
      name: 'enrol-code',
      render: (text) =>
        phoneCode(text, {
          ...step,
          action: '/enrol/code',
          againAction: '/enrol/code/again',
          anotherHref: '/enrol/phone',
          maskedPhone,
        }),
    },
    {
      name: 'enrol-code-owner',
      render: (text) =>
        phoneCode(text, {
          ...step,
          action: '/enrol/code',
          againAction: '/enrol/code/again',
          anotherHref: '/enrol/phone',
          maskedPhone,
          isOwnersPhone: true,
          hasBeenSentAgain: true,
        }),
    },
    {
      name: 'enrol-code-late',
      render: (text) =>
        phoneCode(text, { ...step, action: '/x', againAction: '/x', anotherHref: '/x', maskedPhone, mayBeLate: true }),
    },
    {
      name: 'enrol-code-not-sent',
      render: (text) =>
        phoneCode(text, { ...step, action: '/x', againAction: '/x', anotherHref: '/x', maskedPhone, isSent: false }),
    },
    { name: 'enrol-code-wrong', render: codeWith({ kind: 'wrong', triesLeft: 4 }) },
    { name: 'enrol-code-expired', render: codeWith({ kind: 'expired' }) },
    { name: 'enrol-code-too-soon', render: codeWith({ kind: 'too-soon', retryAfterMs: 45_000 }) },
    { name: 'enrol-password', render: passwordWith() },
    { name: 'enrol-password-common', render: passwordWith({ kind: 'too-common' }) },
    { name: 'enrol-password-yourself', render: passwordWith({ kind: 'about-yourself' }) },
    {
      name: 'enrol-passkey',
      render: (text) =>
        passkey(text, {
          ...alone,
          action: '/enrol/passkey',
          skipAction: '/enrol/x',
          options: taint('{"challenge":"x"}'),
        }),
    },
    {
      name: 'enrol-recovery-codes-before',
      render: (text) => beforeRecoveryCodes(text, { ...alone, showAction: '/enrol/recovery-codes/show' }),
    },
    {
      name: 'enrol-recovery-codes',
      render: (text) =>
        recoveryCodes(text, {
          ...alone,
          keptAction: '/enrol/recovery-codes',
          madeAt: noon,
          codes: Array.from({ length: 10 }, (_, index) => taint(`12345 67890 1234${index} 67890`)),
        }),
    },
    {
      name: 'enrol-waiting',
      render: (text) =>
        waiting(text, {
          ...alone,
          waitingFor: 'civil-registry',
          phoneAction: '/x',
          checkHref: '/enrol/waiting',
          cancelAction: '/x',
        }),
    },
    {
      name: 'enrol-waiting-told',
      render: (text) =>
        waiting(text, {
          ...alone,
          waitingFor: 'mobile-ownership',
          maskedPhone,
          phoneAction: '/x',
          checkHref: '/enrol/waiting',
          cancelAction: '/x',
        }),
    },
    {
      name: 'enrol-done',
      render: (text) =>
        done(text, {
          frame,
          csrf,
          name,
          identityLevel: 'registry-and-phone-matched',
          hasPasskey: true,
          next: { kind: 'resume', action: '/sign-in/x/enrolled', asker },
        }),
    },
    {
      name: 'enrol-done-alone',
      render: (text) =>
        done(text, {
          frame,
          csrf,
          name,
          identityLevel: 'registry-matched',
          hasPasskey: false,
          next: { kind: 'window', windowHref: '/' },
        }),
    },
    ...(['deceased', 'account-exists', 'not-possible', 'cancelled'] as const).map((why) => ({
      name: `enrol-ended-${why}`,
      render: (text: Text) => ended(text, { frame, why, ...paths }),
    })),
    { name: 'enrol-gone', render: (text) => gone(text, { frame, beginHref: '/enrol' }) },
  ];
}
