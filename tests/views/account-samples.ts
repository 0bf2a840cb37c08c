import { type ActivityLine, activity } from '#views/account/activity.ts';
import { notMe } from '#views/account/not-me.ts';
import { overview } from '#views/account/overview.ts';
import { services } from '#views/account/services.ts';
import { sessions } from '#views/account/sessions.ts';
import { textFor } from '#views/text/text.ts';
import { accountEndingSamples } from './account-ending-samples.ts';
import { attachedSamples } from './attached-samples.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const MINUTE = 60_000;

/** The citizen's own pages, with a line for everything that can stand in the activity. */
export function accountSamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, csrf, noon } = parts;
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const details = {
    reason: 'wrong-password',
    claims: 'given_name family_name phone_number seat_number',
    by: 'citizen',
    agreement: 2,
    factor: 'passkey',
    act: 'added',
    network: taint('2001:db8:1::/64'),
  };
  const lines = (Object.keys(textFor('fa').account.activity.events) as ActivityLine['event'][]).map(
    (event, index): ActivityLine => ({
      id: taint(String(900 - index)),
      at: noon - index * 97 * MINUTE,
      event,
      service: event === 'consent.refused' ? undefined : beheshti,
      details: event === 'claims.released' ? { ...details, by: 'userinfo' } : details,
    }),
  );
  const history = { frame, csrf, notMeAction: '/account/not-me', isFirstPage: true, kind: undefined } as const;
  const person = {
    frame,
    name: both('مریم رضایی', 'Maryam Rezaei'),
    birthDate: '1990-03-21',
    maskedNationalCode: taint('••••••5678'),
    maskedPhone: taint('+98••••••4567'),
    has: { password: true, passkeys: 1, authenticators: 0, recoveryCodes: 9, sessions: 2, services: 14 },
  };

  return [
    ...accountEndingSamples(parts),
    ...attachedSamples(parts),
    {
      name: 'account',
      render: (text) =>
        overview(text, {
          ...person,
          identityLevel: 'registry-and-phone-matched',
          language: 'fa',
          closesAt: noon,
          news: 'phone',
          evidence: [
            {
              source: 'mobile-ownership',
              method: 'national-code-and-mobile-number',
              at: noon,
              transaction: taint('MO-771-2041'),
              result: taint('R-17'),
            },
            {
              source: 'civil-registry',
              method: 'national-code-and-birth-date',
              at: noon,
              transaction: taint('CR-2025-0091'),
              result: 'matched',
            },
          ],
        }),
    },
    {
      name: 'account-without-evidence',
      render: (text) =>
        overview(text, { ...person, maskedPhone: undefined, identityLevel: 'self-asserted', evidence: [] }),
    },
    {
      name: 'services',
      render: (text) =>
        services(text, {
          frame,
          action: '/account/services',
          csrf,
          hasJustWithdrawn: true,
          services: [
            {
              clientId: taint('sbu'),
              name: beheshti,
              claims: [
                { claim: 'given_name', purpose: both('نوشتن نام شما در پرونده', 'To write your name in your record') },
                { claim: taint('seat_number'), purpose: undefined },
              ],
              isOffline: true,
              givenAt: noon - 40_000 * MINUTE,
              lastUsedAt: noon,
            },
            {
              clientId: taint('nlai'),
              name: both('کتابخانهٔ ملی', 'National Library'),
              claims: [],
              isOffline: false,
              givenAt: noon,
              lastUsedAt: undefined,
            },
          ],
        }),
    },
    {
      name: 'services-receipts',
      render: (text) =>
        services(text, {
          ...{ frame, action: '/x', csrf, services: [] },
          receipts: [
            { id: 'r1', act: 'withdrawn', at: noon, name: beheshti },
            { id: 'r2', act: 'given', at: noon, name: beheshti },
          ],
        }),
    },
    { name: 'services-none', render: (text) => services(text, { frame, action: '/x', csrf, services: [] }) },
    {
      name: 'activity',
      render: (text) => activity(text, { ...history, lines, olderHref: '/account/activity?before=1.x' }),
    },
    {
      name: 'activity-none',
      render: (text) =>
        activity(text, { ...history, kind: 'account', lines: [], isFirstPage: false, olderHref: undefined }),
    },
    {
      name: 'sessions',
      render: (text) =>
        sessions(text, {
          frame,
          action: '/account/sessions',
          csrf,
          hasJustEnded: true,
          sessions: [
            {
              id: taint('s1'),
              browser: taint('Chrome'),
              system: taint('Android'),
              network: taint('2001:db8:1::/64'),
              startedAt: noon - 30 * 60 * MINUTE,
              lastSeenAt: noon,
              isThisOne: true,
              services: [beheshti, both('دانشگاه صنعتی شریف', 'Sharif University of Technology')],
            },
            {
              id: taint('s2'),
              browser: taint('Firefox'),
              system: taint('Windows'),
              startedAt: noon - 5 * 60 * MINUTE,
              lastSeenAt: noon - 4 * 60 * MINUTE,
              isThisOne: false,
              isSharedComputer: true,
              services: [both('کتابخانهٔ ملی', 'National Library')],
            },
            {
              id: taint('s3'),
              startedAt: noon - 90 * 60 * MINUTE,
              lastSeenAt: noon - 80 * 60 * MINUTE,
              isThisOne: false,
              services: [],
            },
          ],
        }),
    },
    {
      name: 'sessions-none',
      render: (text) => sessions(text, { frame, action: '/account/sessions', csrf, sessions: [] }),
    },
    {
      name: 'not-me',
      render: (text) => notMe(text, { frame, reference: taint('7F3A9C01'), signInHref: '/enter?to=/account' }),
    },
  ];
}
