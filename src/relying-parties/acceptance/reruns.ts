import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import type { RelyingParties } from '../relying-parties.ts';
import type { RelyingParty } from '../relying-party.ts';
import type { AcceptanceRuns } from './acceptance-runs.ts';
import { fingerprintOf } from './fingerprint.ts';
import { GRACE, RERUN_EVERY } from './gate.ts';
import type { Lapse, LapsesStore } from './lapses-store.ts';
import { isUnderWay, type Occasion, OURS, type Run } from './run.ts';
import type { AcceptanceRunsStore } from './runs-store.ts';

type Needs = {
  runs: Pick<AcceptanceRuns, 'start'>;
  store: Pick<AcceptanceRunsStore, 'listLatest'>;
  lapses: LapsesStore;
  relyingParties: Pick<RelyingParties, 'list'>;
  /** The grace is over. Nothing is cut off: the ministry decides. */
  askMinistry(about: { relyingParty: RelyingParty; lapse: Lapse }): Promise<void>;
  audit: Pick<AuditEvents, 'acceptanceLapsed'>;
  clock: Clock;
  onError(error: unknown): void;
};

const LOOK_EVERY = 1 * HOUR;
/** Whoever has lapsed is tried again daily: what was a server that was down mends itself. */
const TRY_AGAIN = 1 * DAY;
/** The ministry said "not yet", or nothing. */
const ASK_AGAIN = 30 * DAY;

/**
 * Relying parties that are live are tried again every month and when what they have registered changes. One that has
 * come to production without a run, by a program of ours, is not asked for one.
 */
export function createReruns({ runs, store, lapses, relyingParties, askMinistry, audit, clock, onError }: Needs) {
  const rounds = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  return { look, noteEnded, stop: rounds.stop };

  async function look(): Promise<void> {
    const entries = await relyingParties.list();
    const live = entries.filter(isLive);
    const latest = new Map((await store.listLatest()).map((run) => [run.clientId, run]));
    const tested = new Set(live.map(testedBy));
    for (const entry of entries.filter(({ clientId }) => tested.has(clientId))) {
      const occasion = occasionOf(entry, latest.get(entry.clientId));
      if (occasion !== undefined) await runs.start({ clientId: entry.clientId, by: 'acceptance', occasion });
    }
    await askAboutOverdue(live);
  }

  function occasionOf(entry: RelyingParty, run: Run | undefined): Occasion | undefined {
    if (run === undefined || isUnderWay(run)) return undefined;
    const age = clock.now() - run.askedAt;
    if (run.fingerprint !== fingerprintOf(entry)) return 'changed';
    return age >= (run.state === 'green' ? RERUN_EVERY : TRY_AGAIN) ? 'monthly' : undefined;
  }

  /** What a run means for those that citizens use: a lapse begins with the first that is not green, and ends with a green one. */
  async function noteEnded(run: Run): Promise<void> {
    if (run.brokenWhy !== undefined && OURS.includes(run.brokenWhy)) return;
    const concerned = (await relyingParties.list()).filter(
      (entry) => isLive(entry) && testedBy(entry) === run.clientId,
    );
    for (const { clientId } of concerned) {
      const hasChanged =
        run.state === 'green'
          ? await lapses.end(clientId)
          : await lapses.begin({ clientId, runId: run.id, since: clock.now() });
      if (!hasChanged) continue;
      void audit.acceptanceLapsed({ clientId, runId: run.id, act: run.state === 'green' ? 'regained' : 'lapsed' });
    }
  }

  async function askAboutOverdue(live: readonly RelyingParty[]): Promise<void> {
    const now = clock.now();
    const overdue = await lapses.takeOverdue({ since: now - GRACE, askedBefore: now - ASK_AGAIN, at: now });
    for (const lapse of overdue) {
      const relyingParty = live.find(({ clientId }) => clientId === lapse.clientId);
      // Suspended by now: there is nothing left to decide.
      if (relyingParty === undefined) continue;
      void audit.acceptanceLapsed({ clientId: lapse.clientId, runId: lapse.runId, act: 'grace-ended' });
      await askMinistry({ relyingParty, lapse });
    }
  }
}

function isLive({ environment, state }: RelyingParty): boolean {
  return environment === 'production' && state === 'active';
}

/** A test entry speaks for the one in production, where there is one. */
function testedBy({ clientId, testedAs }: RelyingParty): string {
  return testedAs ?? clientId;
}
