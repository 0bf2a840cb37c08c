import { expect, test } from 'vitest';
import type { CaseResult } from '#relying-parties/acceptance/case.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import type { RunWithResults } from '#relying-parties/acceptance/run.ts';
import { acceptanceReport, reportBody } from '#root/api/acceptance-report.ts';

const exchange = [{ asked: 'GET https://uni.example/callback?code&state', answered: '500' }];
const run: RunWithResults = {
  id: 'run',
  clientId: 'uni',
  revision: 1,
  fingerprint: '',
  occasion: 'asked',
  askedBy: 'client:uni',
  askedAt: 0,
  state: 'running',
  results: [],
};
const reportOf = (more: Partial<RunWithResults>) => reportBody({ ...run, ...more });

test('a case that failed says what was expected and seen, what went over the wire, and how to mend it in both languages', () => {
  const { results, progress } = reportOf({
    results: [
      { caseId: 'honest', verdict: 'passed', seen: 'signed-in', exchange },
      { caseId: 'error-shown', verdict: 'failed', seen: 'error-is-a-500', detail: '500', exchange },
    ],
  });
  expect(progress).toEqual({ tried: 2, of: CASE_IDS.length });
  expect(results[0]).not.toHaveProperty('mend');
  expect(results[1]).toMatchObject({
    case: 'error-shown',
    expected: 'error-page',
    seen: 'error-is-a-500',
    detail: '500',
    outcome: 'failed',
    exchange,
    mend: { fa: expect.stringMatching(/access_denied/), en: expect.stringMatching(/access_denied/) },
  });
});

test('every case fits the document, with words in both languages', () => {
  const results = CASE_IDS.map((caseId): CaseResult => ({ caseId, verdict: 'failed', seen: 'signed-in', exchange }));
  const report = reportOf({ results, state: 'red' });
  expect(acceptanceReport.safeParse(report)).toMatchObject({ success: true });
  for (const { name, mend, seenInWords } of report.results)
    for (const words of [name, mend, seenInWords]) expect([words?.fa, words?.en]).not.toContain('');
});

test('a broken run says why', () => {
  const report = reportOf({ state: 'broken', brokenWhy: 'instance-lost' });
  expect(report).toMatchObject({ brokenWhy: 'instance-lost', brokenInWords: { en: expect.stringMatching(/lost/) } });
});
