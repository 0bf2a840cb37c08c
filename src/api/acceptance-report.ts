import { z } from 'zod';
import type { CaseResult } from '#relying-parties/acceptance/case.ts';
import { CASE_IDS, expectationOf } from '#relying-parties/acceptance/case-ids.ts';
import type { Run, RunWithResults } from '#relying-parties/acceptance/run.ts';
import { type Text, textFor } from '#views/text/text.ts';
import { bothLanguages, instant, instantIn, instantOf } from './common-shapes.ts';

export const acceptanceRun = z.strictObject({
  id: z.string(),
  clientId: z.string(),
  revision: z.int(),
  occasion: z.enum(['asked', 'monthly', 'changed']),
  state: z.enum(['waiting', 'running', 'green', 'red', 'broken']),
  askedAt: instant,
  endedAt: instant.optional(),
  brokenWhy: z.string().optional(),
});

const line = z.strictObject({
  asked: z.string().describe('Method and address, with names of parameters and no values that could be used again'),
  posted: z.string().optional().describe('Names of the parameters of a form'),
  answered: z.string().describe('The status and where it led, or why there was no answer'),
});

const result = z.strictObject({
  case: z.string().describe('The name of the case, which does not change'),
  name: bothLanguages,
  expected: z.string().describe('What the case is passed by'),
  seen: z.string(),
  seenInWords: bothLanguages,
  detail: z.string().optional().describe('A status, a host or a parameter'),
  outcome: z.enum(['passed', 'failed', 'not-applicable', 'not-tried']),
  exchange: z.array(line).describe('What went over the wire, without secrets'),
  mend: bothLanguages.optional().describe('For what failed or could not be tried'),
});

export const acceptanceReport = acceptanceRun.extend({
  progress: z.strictObject({ tried: z.int(), of: z.int() }),
  brokenInWords: bothLanguages.optional(),
  results: z.array(result).describe('So far, in the order of the cases'),
});

export function runBody({ id, clientId, revision, occasion, state, askedAt, endedAt, brokenWhy }: Run) {
  return {
    id,
    clientId,
    revision,
    occasion,
    state,
    askedAt: instantOf(askedAt),
    ...instantIn('endedAt', endedAt),
    ...(brokenWhy !== undefined && { brokenWhy }),
  };
}

/** What the console's page says, in both languages, for a pipeline that shows it to people. */
export function reportBody(run: RunWithResults) {
  const { brokenWhy, results } = run;
  return {
    ...runBody(run),
    progress: { tried: results.length, of: CASE_IDS.length },
    ...(brokenWhy !== undefined && { brokenInWords: inBoth(({ acceptance }) => acceptance.brokenWhys[brokenWhy]) }),
    results: results.map(resultBody),
  };
}

function resultBody({ caseId, verdict, seen, detail, exchange }: CaseResult) {
  const isToMend = verdict === 'failed' || verdict === 'not-tried';
  return {
    case: caseId,
    name: inBoth(({ acceptanceCases }) => acceptanceCases.cases[caseId]?.name),
    expected: expectationOf(caseId),
    seen,
    seenInWords: inBoth(({ acceptance }) => acceptance.seen[seen]),
    ...(detail !== undefined && { detail }),
    outcome: verdict,
    exchange,
    ...(isToMend && { mend: inBoth(({ acceptanceCases }) => acceptanceCases.cases[caseId]?.mend) }),
  };
}

/** Every word that a run can hold has its text; a test looks after that. */
function inBoth(words: (text: Text) => string | undefined) {
  return { fa: words(textFor('fa')) ?? '', en: words(textFor('en')) ?? '' };
}
