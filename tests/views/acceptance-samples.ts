import { type AcceptanceProps, acceptancePage } from '#views/console/acceptance/acceptance.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const AT = Date.UTC(2026, 10, 27, 9, 30);

/** The acceptance of one relying party: before any run, while one is under way, and a report that has something to mend. */
export function acceptanceSamples(parts: SampleParts): PageSample[] {
  const { both, frame, taint } = parts;
  const plain: AcceptanceProps = {
    frame,
    operator: sampleOperator(parts),
    relyingParty: {
      ...{ name: both('سامانهٔ آموزش', 'Education portal'), clientId: 'demo-test' },
      ...{ environment: 'test', state: 'active' },
    },
    issuer: 'https://sso.example/acceptance/demo-test',
    setup: { startUrl: 'https://demo.example/login', signedInUrl: 'https://demo.example/me' },
    isSetUp: true,
    isLapsed: false,
    casesInAll: 39,
    mayRun: true,
    history: [],
  };
  const exchange = [{ asked: `GET https://demo.example/${taint('callback')}?code`, answered: '200' }];
  const results = [
    { caseId: 'honest', verdict: 'passed', seen: 'signed-in', exchange },
    { caseId: 'nonce-wrong', verdict: 'failed', seen: 'signed-in', exchange },
    { caseId: 'error-shown', verdict: 'failed', seen: 'error-is-a-500', detail: '500', exchange },
    { caseId: 'at-hash', verdict: 'not-applicable', seen: 'nothing-to-spoil', exchange },
  ] as const;
  const run = { id: 'run', state: 'red', askedAt: AT, results } as const;
  const page = (name: string, more: Partial<AcceptanceProps>): PageSample => ({
    name: `console-acceptance-${name}`,
    render: (text) => acceptancePage(text, { ...plain, ...more }),
  });
  return [
    page('new', { setup: { startUrl: '', signedInUrl: '' }, isSetUp: false, problem: 'noSetup' }),
    page('refused', { refused: ['start_url', 'signed_in_url'] }),
    page('running', { run: { ...run, state: 'running', results: results.slice(0, 1) }, history: [run] }),
    page('red', { run, history: [run, { ...run, id: 'earlier', state: 'green' }], isLapsed: true }),
    page('read', { run, history: [run], mayRun: false }),
    page('broken', { run: { ...run, state: 'broken', brokenWhy: 'page-unreachable', results: [] }, history: [run] }),
  ];
}
