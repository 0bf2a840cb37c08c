import { code } from '#views/recovery/code.ts';
import { done } from '#views/recovery/done.ts';
import { ended, gone } from '#views/recovery/ended.ts';
import { identity } from '#views/recovery/identity.ts';
import { knownPassword } from '#views/recovery/known-password.ts';
import { password } from '#views/recovery/password.ts';
import { phone } from '#views/recovery/phone.ts';
import { secondProof } from '#views/recovery/second-proof.ts';
import { RECOVERY_KINDS, start } from '#views/recovery/start.ts';
import { stop, stopped } from '#views/recovery/stop.ts';
import { waitingPeriod } from '#views/recovery/waiting-period.ts';
import type { Text } from '#views/text/text.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** Every page of the three ways back into an account. */
export function recoverySamples({ taint, frame, csrf, noon }: SampleParts): PageSample[] {
  const way = { frame, csrf, backHref: '/recover' };
  const maskedPhone = taint('+98••••••4567');
  const typed = { nationalCode: taint('۰۰۱۲۳۴۵۶۷۸'), day: taint('۳۱'), month: taint('۱۲'), year: taint('۱۳۷۹') };
  const codeActions = { action: '/recover/code', againAction: '/recover/code/again' };
  const passkey = { passkeyAction: '/recover/passkey', passkeyOptions: taint('{"challenge":"x"}') };

  return [
    { name: 'recover', render: (text) => start(text, { frame, csrf, action: '/recover', signInHref: '/enter' }) },
    {
      name: 'recover-missing',
      render: (text) =>
        start(text, { frame, csrf, action: '/recover', signInHref: '/enter', error: { kind: 'missing' } }),
    },
    { name: 'recover-identity', render: (text) => identity(text, { ...way, action: '/recover/identity' }) },
    {
      name: 'recover-identity-fields',
      render: (text) =>
        identity(text, { ...way, action: '/x', typed, error: { kind: 'fields', birthDate: 'missing' } }),
    },
    { name: 'recover-code', render: (text) => code(text, { ...way, ...codeActions }) },
    {
      name: 'recover-code-wrong',
      render: (text) => code(text, { ...way, ...codeActions, error: { kind: 'wrong-or-expired' } }),
    },
    {
      name: 'recover-code-new',
      render: (text) => code(text, { ...way, ...codeActions, maskedPhone }),
    },
    { name: 'recover-known-password', render: (text) => knownPassword(text, { ...way, action: '/x' }) },
    {
      name: 'recover-known-password-puzzle',
      render: (text) =>
        knownPassword(text, {
          ...way,
          action: '/x',
          typed: taint('0012345678'),
          error: { kind: 'puzzle-needed' },
          puzzle: { challenge: '{"parameters":{}}', sendCodeAction: '/x/puzzle-code', isCodeSent: true },
        }),
    },
    {
      name: 'recover-known-password-wrong',
      render: (text) =>
        knownPassword(text, { ...way, action: '/x', typed: taint('0012345678'), error: { kind: 'wrong' } }),
    },
    { name: 'recover-second-proof', render: (text) => secondProof(text, { ...way, action: '/x', ...passkey }) },
    {
      name: 'recover-second-proof-wrong',
      render: (text) => secondProof(text, { ...way, action: '/x', ...passkey, error: { kind: 'wrong' } }),
    },
    { name: 'recover-phone', render: (text) => phone(text, { ...way, action: '/x' }) },
    {
      name: 'recover-phone-not-yours',
      render: (text) => phone(text, { ...way, action: '/x', typed: taint('0912'), error: { kind: 'not-yours' } }),
    },
    {
      name: 'recover-password',
      render: (text) => password(text, { ...way, action: '/x', length: { least: 12, most: 128 } }),
    },
    {
      name: 'recover-waiting-period',
      render: (text) => waitingPeriod(text, { frame, csrf, readyAt: noon, cancelAction: '/x' }),
    },
    {
      name: 'recover-stop',
      render: (text) => stop(text, { frame, csrf, action: '/recover/stop', code: taint('402913774085') }),
    },
    {
      name: 'recover-stop-wrong',
      render: (text) =>
        stop(text, { frame, csrf, action: '/recover/stop', code: taint('8X2K'), error: { kind: 'wrong' } }),
    },
    { name: 'recover-stopped', render: (text) => stopped(text, { frame, signInHref: '/x' }) },
    ...(['cancelled', 'stopped', 'no-account', 'deceased', 'already-changed', 'not-possible'] as const).map((why) => ({
      name: `recover-ended-${why}`,
      render: (text: Text) => ended(text, { frame, why, beginHref: '/recover', enrolHref: '/enrol' }),
    })),
    { name: 'recover-gone', render: (text) => gone(text, { frame, beginHref: '/recover' }) },
    ...RECOVERY_KINDS.map((kind) => ({
      name: `recover-done-${kind}`,
      render: (text: Text) => done(text, { frame, kind, signInHref: '/enter' }),
    })),
  ];
}
