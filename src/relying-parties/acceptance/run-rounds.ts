import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import { rowId } from '#platform/ids.ts';
import { startRounds } from '#platform/rounds.ts';
import type { RelyingParty } from '../relying-party.ts';
import type { AcceptanceIssuer } from './acceptance-issuer.ts';
import type { BrokenWhy, Run } from './run.ts';
import type { AcceptanceRunsStore, LeasedRun } from './runs-store.ts';
import type { Setups } from './setups.ts';
import { subjectOf } from './subject.ts';
import { tryRelyingParty } from './try-relying-party.ts';

type Needs = {
  store: AcceptanceRunsStore;
  setups: Pick<Setups, 'find' | 'listFaults'>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  issuer: AcceptanceIssuer;
  /** As a browser: hands redirects back. */
  fetch: OutboundFetch;
  /** Told of every run that has ended, before the next one begins. */
  onEnded(run: Run): Promise<void>;
  audit: Pick<AuditEvents, 'acceptanceEnded'>;
  clock: Clock;
  onError(error: unknown): void;
};

/** What another instance has left behind is looked for this often. */
const LOOK_EVERY = 20 * SECOND;
/** Twice what a case may take, tried twice. */
const LEASE = 6 * MINUTE;
/** One instance may die of anything; two have died of this run. */
const MOST_ATTEMPTS = 2;

/** The run has been taken over, or this instance stops: whoever has it now begins it anew. */
class RunLost extends Error {}

/** Works on runs, one at a time on each instance and each of them on one instance. */
export function createRunRounds({
  store,
  setups,
  findRelyingParty,
  issuer,
  fetch,
  onEnded,
  audit,
  clock,
  onError,
}: Needs) {
  const worker = rowId();
  const stopping = new AbortController();
  const rounds = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  const leasedUntil = () => clock.now() + LEASE;

  return {
    wake: rounds.wake,
    look,
    async stop() {
      stopping.abort(new RunLost('this instance stops'));
      await rounds.stop();
    },
  };

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      const run = await store.takeNext({ worker, at: clock.now(), leasedUntil: leasedUntil() });
      if (run === undefined) return;
      await work(run);
    }
  }

  async function work(run: LeasedRun): Promise<void> {
    try {
      const ended = await outcomeOf(run);
      await end(run, ended);
    } catch (error) {
      if (error instanceof RunLost || stopping.signal.aborted) return store.handBack({ id: run.id, worker });
      onError(error);
      await end(run, { state: 'broken', brokenWhy: 'our-fault' });
    }
  }

  async function outcomeOf(run: LeasedRun): Promise<{ state: 'green' | 'red' | 'broken'; brokenWhy?: BrokenWhy }> {
    const { id, clientId } = run;
    if (run.attempts > MOST_ATTEMPTS) return { state: 'broken', brokenWhy: 'instance-lost' };
    const [relyingParty, setup] = await Promise.all([findRelyingParty(clientId), setups.find(clientId)]);
    if (relyingParty === undefined || setup === undefined) return { state: 'broken', brokenWhy: 'no-setup' };
    const faults = await setups.listFaults(relyingParty, setup);
    if (faults.length > 0) return { state: 'broken', brokenWhy: 'setup-refused' };
    let position = 0;
    const tried = await tryRelyingParty(subjectOf(relyingParty, setup), {
      issuer,
      fetch,
      signal: stopping.signal,
      async onResult(result) {
        position += 1;
        const isOurs = await store.addResult({ id, worker, leasedUntil: leasedUntil() }, { result, position });
        if (!isOurs) throw new RunLost('another instance has this run');
      },
    });
    return tried.outcome === 'broken' ? { state: 'broken', brokenWhy: tried.why } : { state: tried.outcome };
  }

  async function end(run: Run, { state, brokenWhy }: { state: 'green' | 'red' | 'broken'; brokenWhy?: BrokenWhy }) {
    const at = clock.now();
    if (!(await store.end({ id: run.id, worker, state, brokenWhy, at }))) return;
    const { id: runId, clientId } = run;
    void audit.acceptanceEnded({ clientId, runId, outcome: state, why: brokenWhy });
    await onEnded({ ...run, state, brokenWhy, endedAt: at });
  }
}
