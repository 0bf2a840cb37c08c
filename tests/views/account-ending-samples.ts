import { close } from '#views/account/close.ts';
import { data } from '#views/account/data.ts';
import type { DataFileProps } from '#views/account/data-file.ts';
import { newPhone, newPhoneCode } from '#views/account/new-phone.ts';
import { receipt } from '#views/account/receipt.ts';
import { closing } from '#views/sign-in/closing.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const JWS = `eyJhbGciOiJFZERTQSJ9.${'payload-'.repeat(40)}.${'x'.repeat(86)}`;

/** What a citizen takes along: receipts, everything as files, another number, and the account itself. */
export function accountEndingSamples({ taint, both, frame, csrf, asker, noon }: SampleParts): PageSample[] {
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const ending = { frame, csrf, askAction: '/x', stopAction: '/y', waitsDays: 14 };
  const phone = { frame, csrf, action: '/x', now: taint('+98••••••4567') };
  const code = {
    ...{ frame, csrf, action: '/x', againAction: '/y', anotherHref: '/z' },
    maskedPhone: taint('+98••••••4568'),
  };
  const files = { frame, csrf, action: '/account/data', pageHref: '/x', jsonHref: '/y' };
  const jws = taint(JWS);

  return [
    { name: 'close', render: (text) => close(text, { ...ending, closesAt: undefined, news: 'stopped' }) },
    { name: 'close-waiting', render: (text) => close(text, { ...ending, closesAt: noon, news: 'too-late' }) },
    {
      name: 'closing-at-sign-in',
      render: (text) => closing(text, { frame, csrf, asker, cancelAction: '/c', action: '/x', closesAt: noon }),
    },
    { name: 'new-phone', render: (text) => newPhone(text, phone) },
    {
      name: 'new-phone-refused',
      render: (text) => newPhone(text, { ...phone, typed: taint('0912'), error: { kind: 'somebody-else' } }),
    },
    {
      name: 'new-phone-unavailable',
      render: (text) => newPhone(text, { ...phone, now: undefined, error: { kind: 'unavailable' } }),
    },
    { name: 'new-phone-code', render: (text) => newPhoneCode(text, { ...code, hasBeenSentAgain: true }) },
    {
      name: 'new-phone-code-wrong',
      render: (text) => newPhoneCode(text, { ...code, error: { kind: 'wrong', triesLeft: 3 } }),
    },
    { name: 'my-data', render: (text) => data(text, { ...files, standing: undefined }) },
    {
      name: 'my-data-working',
      render: (text) => data(text, { ...files, standing: { state: 'working', partsDone: 3, partsInAll: 7 } }),
    },
    { name: 'my-data-ready', render: (text) => data(text, { ...files, standing: { state: 'ready', until: noon } }) },
    {
      name: 'my-data-failed',
      render: (text) => data(text, { ...files, standing: { state: 'failed' }, waitMs: 3 * 3_600_000 }),
    },
    {
      name: 'receipt',
      render: (text) =>
        receipt(text, {
          frame,
          ...{ number: taint('0a4e2a6c-6f0a-4f7e-9a3c-6a1f6d1b7c11'), act: 'given', at: noon, service: beheshti },
          subject: taint('a-subject-of-this-university-alone'),
          claims: [
            {
              claim: 'given_name',
              purpose: both('نوشتن نام شما در پرونده', 'To write your name in your record'),
              ...{ isOptional: false, legalBasis: 'public-task', retentionDays: 365 },
            },
            {
              claim: taint('seat_number'),
              ...{ purpose: undefined, isOptional: true, legalBasis: undefined, retentionDays: undefined },
            },
          ],
          isOffline: true,
          withdrawHref: 'https://sso.example.ir/account/services',
          keysHref: 'https://sso.example.ir/consent-receipt-keys',
          jws,
          fileHref: '/account/receipts/x/file',
        }),
    },
  ];
}

/** The document that a citizen keeps; it is no page of ours, and has no frame. */
export function dataFileSample({ taint, both, noon }: Pick<SampleParts, 'taint' | 'both' | 'noon'>): DataFileProps {
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const jws = taint(JWS);
  return {
    ...{ issuer: taint('https://sso.example.ir'), madeAt: noon },
    identity: {
      ...{ givenName: taint('مریم'), familyName: taint('رضایی'), nationalCode: taint('0012345678') },
      ...{ birthDate: '1990-03-21', phone: taint('+989121234567'), identityLevel: 'registry-matched' },
    },
    evidence: [
      {
        ...{ source: 'civil-registry', method: 'national-code-and-birth-date', at: noon },
        ...{ transaction: taint('CR-2025-0091'), result: 'matched' },
      },
    ],
    factors: {
      ...{ hasPassword: true, recoveryCodesLeft: 3 },
      passkeys: [{ name: taint('Pixel'), addedAt: noon }],
      authenticators: [{ name: taint('phone'), addedAt: noon }],
      rememberedBrowsers: [{ browser: taint('Firefox'), system: taint('Linux'), lastUsedAt: noon }],
    },
    sessions: [{ browser: taint('Chrome'), system: taint('Android'), startedAt: noon, lastSeenAt: noon }],
    services: [
      {
        name: beheshti,
        claims: [{ claim: 'given_name', purpose: both('برای پرونده', 'For the record') }],
        givenAt: noon,
      },
    ],
    attached: [
      {
        source: beheshti,
        claims: { student_status: 'active', field: taint('مهندسی کامپیوتر'), entry_year: 1402 },
        ...{ attachedAt: noon, fetchedAt: noon, goodUntil: noon },
      },
    ],
    receipts: [{ act: 'withdrawn', at: noon, service: beheshti, jws }],
    activity: [
      {
        ...{ id: taint('7'), at: noon, event: 'claims.released', service: beheshti },
        details: { claims: 'given_name', by: 'userinfo' },
      },
    ],
  };
}
