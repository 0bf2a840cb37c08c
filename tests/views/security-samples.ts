import { addAuthenticator } from '#views/account/add-authenticator.ts';
import { addPasskey } from '#views/account/add-passkey.ts';
import { changePassword } from '#views/account/change-password.ts';
import { beforeNewRecoveryCodes, newRecoveryCodes } from '#views/account/new-recovery-codes.ts';
import { type SecurityNews, security } from '#views/account/security.ts';
import { type Text, textFor } from '#views/text/text.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** How a citizen signs in, and every page on which that changes. */
export function securitySamples({ taint, frame, csrf, noon }: SampleParts): PageSample[] {
  const empty = {
    frame,
    csrf,
    hasPassword: false,
    recoveryCodesLeft: 0,
    passkeys: [],
    authenticators: [],
    devices: [],
  };
  const passkey = { id: taint('p1'), name: taint('Chrome, Android'), addedAt: noon, lastUsedAt: noon, isSynced: true };
  const codes = Array.from({ length: 10 }, () => taint('12345 67890 12345 67890'));
  const authenticatorWith = (hasFailed: boolean) => (text: Text) =>
    addAuthenticator(text, {
      frame,
      action: '/account/security/authenticator',
      csrf,
      secret: taint('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'),
      uri: 'otpauth://totp/Panjereh:x?secret=JBSWY3DPEHPK3PXP',
      qrCode: { size: 21, isDark: (x, y) => (x * 7 + y * 3) % 5 < 2 },
      hasFailed,
    });

  return [
    {
      name: 'security',
      render: (text) =>
        security(text, {
          ...empty,
          hasPassword: true,
          recoveryCodesLeft: 7,
          passkeys: [passkey, { id: taint('p2'), name: '', addedAt: noon, isSynced: false }],
          authenticators: [{ id: taint('a1'), name: '', addedAt: noon }],
          devices: [
            { id: taint('d1'), browser: 'Firefox', system: 'Windows', lastUsedAt: noon, expiresAt: noon },
            { id: taint('d2'), browser: undefined, system: undefined, lastUsedAt: noon, expiresAt: noon },
          ],
        }),
    },
    ...(Object.keys(textFor('fa').account.security.news) as SecurityNews[]).map((news) => ({
      name: `security-${news}`,
      render: (text: Text) => security(text, { ...empty, news }),
    })),
    {
      name: 'add-passkey',
      render: (text) => addPasskey(text, { frame, action: '/x', csrf, options: taint('{"challenge":"x"}') }),
    },
    {
      name: 'add-passkey-failed',
      render: (text) => addPasskey(text, { frame, action: '/x', csrf, options: taint('{}'), hasFailed: true }),
    },
    { name: 'add-authenticator', render: authenticatorWith(false) },
    { name: 'add-authenticator-wrong-code', render: authenticatorWith(true) },
    {
      name: 'new-recovery-codes-before',
      render: (text) => beforeNewRecoveryCodes(text, { frame, action: '/x', csrf, left: 3 }),
    },
    {
      name: 'new-recovery-codes',
      render: (text) => newRecoveryCodes(text, { frame, codes, madeAt: noon, backHref: '/account/security' }),
    },
    {
      name: 'change-password',
      render: (text) =>
        changePassword(text, {
          frame,
          action: '/x',
          csrf,
          length: { least: 12, most: 128 },
          error: { kind: 'too-common' },
        }),
    },
  ];
}
