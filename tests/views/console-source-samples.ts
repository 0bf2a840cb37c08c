import { approvalDecision } from '#views/console/approvals/decision.ts';
import { sourceList } from '#views/console/sources/list.ts';
import { relyingPartySource, type TypedSourceShown } from '#views/console/sources/source.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/** Universities as sources of claims, in the console. */
export function consoleSourceSamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, noon } = parts;
  const operator = sampleOperator(parts);
  const name = both('سامانهٔ آموزش', 'Learning');
  const organisation = both('دانشگاه نمونه', 'Sample University');
  const relyingParty = { clientId: 'sample-1', name, environment: 'production', state: 'active' } as const;
  const issuer = taint('https://students.sample.ac.ir');
  const [endpoint, uri] = [taint(`${issuer}/claims-source`), taint(`${issuer}/jwks`)];
  const claims = ['student_status', 'degree'] as const;
  const said = { issuer, endpoint, claims, alg: 'ES256', keys: { uri }, state: 'believed' } as const;
  const typed: TypedSourceShown = {
    ...{ issuer, endpoint, claims, algorithm: 'ES256', keysFrom: 'jwks_uri', jwksUri: uri, jwks: '' },
    why: taint('سال تحصیلی تازه'),
  };
  const nothing: TypedSourceShown = {
    ...{
      issuer: '',
      endpoint: '',
      claims: [],
      algorithm: 'ES256',
      keysFrom: 'jwks_uri',
      jwksUri: '',
      jwks: '',
      why: '',
    },
  };
  const shown = { frame, operator, relyingParty, algorithms: ALGORITHMS, mayPropose: true, mayTakeAway: true };
  return [
    {
      name: 'console-sources',
      render: (text) =>
        sourceList(text, {
          ...{ frame, operator },
          sources: (['believed', 'service-not-active', 'taken-away'] as const).map((state, at) => ({
            ...{ clientId: `sample-${at}`, name, organisation, issuer, claims, state },
          })),
        }),
    },
    { name: 'console-sources-none', render: (text) => sourceList(text, { frame, operator, sources: [] }) },
    {
      name: 'console-source',
      render: (text) => relyingPartySource(text, { ...shown, registered: said, isWaiting: true, typed, errors: [] }),
    },
    {
      name: 'console-source-taken-away-for-nothing',
      render: (text) =>
        relyingPartySource(text, {
          ...{ ...shown, mayPropose: false, registered: said, isWaiting: false, typed },
          errors: [{ field: 'take_away_why', message: text.consoleSources.whyMissing }],
        }),
    },
    {
      name: 'console-source-new',
      render: (text) =>
        relyingPartySource(text, {
          ...{ ...shown, isWaiting: false, typed: nothing },
          errors: [
            { field: 'endpoint', message: text.consoleSources.reasons.query ?? '' },
            { field: 'claims', message: text.consoleSources.reasons.missing ?? '' },
          ],
        }),
    },
    {
      name: 'console-source-decision',
      render: (text) =>
        approvalDecision(text, {
          ...{ frame, operator, mayDecide: true },
          approval: {
            ...{ id: '0', act: 'connect-source', about: { id: 'sample-1', name }, state: 'waiting', askedAt: noon },
            ...{ organisation: { id: 'sample', name: organisation }, askedBy: { person: taint('مینا کاظمی') } },
            ...{ why: taint('سال تحصیلی تازه'), aboutHref: '/console/relying-parties/sample-1' },
          },
          changes: [
            { name: 'source.issuer', after: issuer },
            {
              name: 'source.claims',
              before: text.consoleSources.said.degree,
              after: text.consoleSources.said.student_status,
            },
            {
              name: 'source.keys',
              after: taint('{"kty":"EC","crv":"P-256","kid":"2026-spring"}'),
            },
          ],
        }),
    },
  ];
}
