import { exposurePage } from '#views/console/security/exposure.ts';
import { type IncidentProps, incidentPage } from '#views/console/security/incident.ts';
import { incidentsPage } from '#views/console/security/incidents.ts';
import { keysPage, type RingShown } from '#views/console/security/keys.ts';
import { revokePage } from '#views/console/security/revoke.ts';
import { type RotationShown, rotatePage } from '#views/console/security/rotate.ts';
import { type Text, textFor } from '#views/text/text.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** What the security team reads and does. */
export function consoleSecuritySamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, noon } = parts;
  const operator = sampleOperator(parts);
  const page = { frame, operator };
  const day = 24 * 3_600_000;
  const [signing, standby, gone] = [
    'sZbF1Bnwb3Lja43HUjD58qk-f4',
    'SEzYgx0JSPuUooDd-KHo0fzwcZ',
    'e83OwCFU0xwQPmYIEkhPxeM21Q',
  ];
  const colleague = { name: taint('سارا محمدی'), isReader: false };
  const reader = { name: '', isReader: true };
  const cost = { minutes: 60, trustedUntil: noon + day, refusedUntil: undefined };
  const ring: RingShown = {
    alg: 'ES256',
    isOfCookies: false,
    signing: { kid: signing, since: noon - 80 * day },
    standby: { kid: standby, everywhereAt: noon - 66 * day, isEverywhere: true },
    next: { kid: standby, at: noon + 10 * day, isLate: false },
    revocation: cost,
  };
  const keys = { ...page, requests: [], retiring: [], revoked: [], frozen: undefined, isLate: false, mayChange: true };
  const reason = taint('دیسک یکی از کارسازها دزدیده شد');
  const rotations: Record<string, RotationShown> = {
    possible: {
      outcome: 'possible',
      steps: [
        { kid: signing, isNew: false, became: 'retired' },
        { kid: standby, isNew: false, became: 'activated' },
        { kid: gone, isNew: true, became: 'published' },
      ],
    },
    early: { outcome: 'standby-not-everywhere', until: noon + day },
    frozen: { outcome: 'frozen', until: noon + day },
    other: { outcome: 'other' },
  };
  const key = { kid: signing, alg: 'ES256', cost };
  const service = (name: string) => ({ clientId: name, name: both('دانشگاه نمونهٔ یک', 'Demo University One') });
  const line = { id: 'c0ffee00-1111', reference: 'C0FFEE00', reportedAt: noon };
  const at = (id: string, event: 'citizen.signed-in' | 'factor.changed', details = {}) => ({
    ...{ id, event, details: { network: taint('5.22.0.0/24'), ...details } },
    ...{ at: noon - 3_600_000, service: both('کتابخانهٔ ملی', 'National Library') },
  });
  const incident =
    (state: 'waiting' | 'taken' | 'closed', more: Partial<IncidentProps> = {}) =>
    (text: Text) =>
      incidentPage(text, {
        ...page,
        incident: {
          ...line,
          ...{ state, by: state === 'waiting' ? undefined : reader, citizenId: '7a1b', eventId: '2' },
        },
        closed: undefined,
        lines: [at('3', 'factor.changed', { factor: 'password', act: 'changed' }), at('2', 'citizen.signed-in')],
        mayWork: true,
        ...more,
      });

  return [
    { name: 'console-keys', render: (text) => keysPage(text, { ...keys, rings: [ring] }) },
    {
      name: 'console-keys-troubled',
      render: (text) =>
        keysPage(text, {
          ...keys,
          rings: [
            {
              ...ring,
              standby: { kid: standby, everywhereAt: noon + day, isEverywhere: false },
              next: { kid: standby, at: noon - day, isLate: true },
              revocation: { ...cost, refusedUntil: noon + day },
            },
            { ...ring, alg: 'cookies', isOfCookies: true, standby: undefined, next: undefined },
          ],
          requests: [{ kid: signing, by: colleague, at: noon }],
          retiring: [{ kid: gone, alg: 'ES256', leavesAt: noon + day }],
          revoked: [{ kid: gone, alg: 'RS256', at: noon, reason }],
          frozen: { until: noon + day, reason: taint('کنکور') },
          isLate: true,
          done: 'revoked',
        }),
    },
    ...Object.entries(rotations).map(([name, rotation]) => ({
      name: `console-keys-rotate-${name}`,
      render: (text: Text) => rotatePage(text, { ...page, alg: 'ES256', rotation }),
    })),
    { name: 'console-keys-revoke', render: (text) => revokePage(text, { ...page, ...key, request: undefined }) },
    {
      name: 'console-keys-revoke-why',
      render: (text) =>
        revokePage(text, { ...page, ...key, request: undefined, typed: taint(''), error: 'reasonMissing' }),
    },
    {
      name: 'console-keys-revoke-asked',
      render: (text) => revokePage(text, { ...page, ...key, request: { by: reader, at: noon, reason } }),
    },
    {
      name: 'console-keys-approve',
      render: (text) => revokePage(text, { ...page, ...key, request: { by: colleague, at: noon, reason } }),
    },
    ...(
      Object.keys(
        textFor('fa').consoleSecurity.revoke.refused,
      ) as (keyof Text['consoleSecurity']['revoke']['refused'])[]
    ).map((refused) => ({
      name: `console-keys-revoke-${refused}`,
      render: (text: Text) => revokePage(text, { ...page, ...key, cost: 'cookies', request: undefined, refused }),
    })),
    {
      name: 'console-keys-exposure',
      render: (text) =>
        exposurePage(text, {
          ...page,
          ...{ kid: signing, alg: 'ES256', state: 'REVOKED', appearedAt: noon - 90 * day, leftAt: noon },
          relyingParties: [
            {
              ...service('one'),
              ...{ knownBy: 'address', lastFetchAt: noon - day, hasItSince: noon - 80 * day },
              ...{ mayTrustIt: true, trustsUntil: noon + day },
            },
            {
              ...service('two'),
              ...{ knownBy: 'nothing', lastFetchAt: undefined, hasItSince: undefined },
              ...{ mayTrustIt: false, trustsUntil: noon + day },
            },
          ],
          unnamed: [{ userAgent: taint('Go-http-client/1'), network: '185.1.2.0/24', fetches: 1204, lastSeen: noon }],
        }),
    },
    {
      name: 'console-keys-exposure-of-nobody',
      render: (text) =>
        exposurePage(text, {
          ...page,
          ...{ kid: signing, alg: 'ES256', state: 'STAGED', appearedAt: undefined, leftAt: undefined },
          ...{ relyingParties: [], unnamed: [] },
        }),
    },
    {
      name: 'console-incidents',
      render: (text) =>
        incidentsPage(text, {
          ...page,
          ...{ state: '', next: 'c0ffee00-2222', after: '' },
          incidents: [
            { ...line, state: 'waiting', by: undefined },
            { ...line, id: 'c0ffee00-2222', state: 'taken', by: colleague },
          ],
        }),
    },
    {
      name: 'console-incidents-none',
      render: (text) => incidentsPage(text, { ...page, state: 'closed', next: undefined, after: '', incidents: [] }),
    },
    { name: 'console-incident', render: incident('waiting') },
    { name: 'console-incident-taken', render: incident('taken') },
    { name: 'console-incident-note', render: incident('taken', { typed: taint('…'), error: 'notePersonal' }) },
    {
      name: 'console-incident-closed',
      render: incident('closed', {
        closed: { at: noon, by: colleague, note: taint('شهروند در سفر بود و خودش وارد شده بود.') },
        lines: [],
        isOvertaken: true,
      }),
    },
  ];
}
