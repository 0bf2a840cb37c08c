import { MINUTE } from '#platform/durations.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import type { AcceptanceIssuer } from './acceptance-issuer.ts';
import { type Case, type CaseResult, notTried, type Verdict } from './case.ts';
import { CASES } from './cases.ts';
import { createPlaces } from './places.ts';
import { appearanceOf, createEyes, type Eyes } from './signed-in-page.ts';
import type { Subject } from './subject.ts';
import { createTrial } from './trial.ts';
import { createVisitor, type ExchangeLine } from './visitor.ts';

/** Why a whole run says nothing about the relying party. */
type BrokenWhy = 'page-unreachable' | 'not-all-tried';

type Tried = { outcome: 'green' } | { outcome: 'red' } | { outcome: 'broken'; why: BrokenWhy };

type Needs = {
  issuer: AcceptanceIssuer;
  /** As a browser: hands redirects back. */
  fetch: OutboundFetch;
  /** Ends the run at once; what is then thrown is its reason. */
  signal: AbortSignal;
  /** Called after each case, in order. @throws to give the run up */
  onResult(result: CaseResult): Promise<void>;
  /** All of them when absent. The honest one has to come first. */
  cases?: readonly Case[];
};

/** A relying party that takes longer for a case keeps its citizens waiting as well. */
const CASE_TAKES_AT_MOST = 1.5 * MINUTE;
/** More than the longest honest case has; what comes after it is a loop. */
const LINES_KEPT = 60;

/** All cases, one after the other: what the issuer spoils is spoiled for the whole relying party. */
export async function tryRelyingParty(
  subject: Subject,
  { issuer, fetch, signal, onResult, cases = CASES }: Needs,
): Promise<Tried> {
  const places = createPlaces({ issuer: issuer.issuerOf(subject.clientId), origins: subject.origins });
  await issuer.begin(subject.clientId);
  try {
    const nobody = createVisitor({ fetch, places, signal, note: () => undefined });
    const before = await appearanceOf(nobody, subject.signedInUrl);
    if (before.kind === 'unreachable') return { outcome: 'broken', why: 'page-unreachable' };
    const eyes = createEyes(before);
    const verdicts: Verdict[] = [];
    for (const one of cases) {
      signal.throwIfAborted();
      const result = hasNoGround(verdicts) ? skipped(one) : await tryTwice(() => attempt(one, eyes));
      verdicts.push(result.verdict);
      await onResult(result);
    }
    return summaryOf(verdicts);
  } finally {
    await issuer.end(subject.clientId).catch(() => undefined);
  }

  async function attempt(one: Case, eyes: Eyes): Promise<CaseResult> {
    const exchange: ExchangeLine[] = [];
    const deadline = AbortSignal.timeout(CASE_TAKES_AT_MOST);
    const newVisitor = () =>
      createVisitor({
        fetch,
        places,
        signal: AbortSignal.any([signal, deadline]),
        note: (line) => void (exchange.length < LINES_KEPT && exchange.push(line)),
      });
    const judged = await one.tries(createTrial({ subject, issuer, eyes, newVisitor }));
    return { caseId: one.id, ...(deadline.aborted ? notTried('took-too-long') : judged), exchange };
  }
}

/** What could not be tried is tried once more: a connection that broke says nothing. */
async function tryTwice(attempt: () => Promise<CaseResult>): Promise<CaseResult> {
  const first = await attempt();
  return first.verdict === 'not-tried' ? attempt() : first;
}

/** A page that never opens stays closed to everybody: without the honest case no other says anything. */
function hasNoGround([honest]: readonly Verdict[]): boolean {
  return honest !== undefined && honest !== 'passed';
}

function skipped({ id }: Case): CaseResult {
  return { caseId: id, ...notTried('honest-failed'), exchange: [] };
}

function summaryOf(verdicts: readonly Verdict[]): Tried {
  if (verdicts.includes('failed')) return { outcome: 'red' };
  return verdicts.includes('not-tried') ? { outcome: 'broken', why: 'not-all-tried' } : { outcome: 'green' };
}
