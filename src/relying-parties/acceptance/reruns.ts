import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { inPages } from '#platform/database/in-pages.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import type { LiveEntriesStore, TestedEntry } from '../live-entries-store.ts';
import type { RelyingParty } from '../relying-party.ts';
import type { AcceptanceRuns } from './acceptance-runs.ts';
import { fingerprintOf } from './fingerprint.ts';
import { GRACE, RERUN_EVERY } from './gate.ts';
import type { Lapse, LapsesStore } from './lapses-store.ts';
import { isUnderWay, type Occasion, OURS, type Run } from './run.ts';
import type { AcceptanceRunsStore } from './runs-store.ts';

type Needs = {
  runs: Pick<AcceptanceRuns, 'start'>;
  store: Pick<AcceptanceRunsStore, 'listLatestOf'>;
  lapses: LapsesStore;
  entries: Pick<LiveEntriesStore, 'listTested' | 'listLiveTestedBy'>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
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
export function createReruns(needs: Needs) {
  const { runs, store, lapses, entries, findRelyingParty, askMinistry, audit, clock, onError } = needs;
  const rounds = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  return { look, noteEnded, stop: rounds.stop };

  async function look(): Promise<void> {
    for await (const page of inPages(entries.listTested, ({ clientId }) => clientId)) {
      const latest = await store.listLatestOf(page.map(({ clientId }) => clientId));
      const newest = new Map(latest.map((run) => [run.clientId, run]));
      for (const entry of page) {
        const occasion = occasionOf(entry, newest.get(entry.clientId));
        if (occasion !== undefined) await runs.start({ clientId: entry.clientId, by: 'acceptance', occasion });
      }
    }
    await askAboutOverdue();
  }

  function occasionOf(entry: TestedEntry, run: Run | undefined): Occasion | undefined {
    if (run === undefined || isUnderWay(run)) return undefined;
    const age = clock.now() - run.askedAt;
    if (run.fingerprint !== fingerprintOf(entry)) return 'changed';
    return age >= (run.state === 'green' ? RERUN_EVERY : TRY_AGAIN) ? 'monthly' : undefined;
  }

  /** What a run means for those that citizens use: a lapse begins with the first that is not green, and ends with a green one. */
  async function noteEnded(run: Run): Promise<void> {
    if (run.brokenWhy !== undefined && OURS.includes(run.brokenWhy)) return;
    for (const clientId of await entries.listLiveTestedBy(run.clientId)) {
      const hasChanged =
        run.state === 'green'
          ? await lapses.end(clientId)
          : await lapses.begin({ clientId, runId: run.id, since: clock.now() });
      if (!hasChanged) continue;
      void audit.acceptanceLapsed({ clientId, runId: run.id, act: run.state === 'green' ? 'regained' : 'lapsed' });
    }
  }

  async function askAboutOverdue(): Promise<void> {
    const now = clock.now();
    const overdue = await lapses.takeOverdue({ since: now - GRACE, askedBefore: now - ASK_AGAIN, at: now });
    for (const lapse of overdue) {
      const relyingParty = await findRelyingParty(lapse.clientId);
      // Suspended by now: there is nothing left to decide.
      if (relyingParty === undefined || !isLive(relyingParty)) continue;
      void audit.acceptanceLapsed({ clientId: lapse.clientId, runId: lapse.runId, act: 'grace-ended' });
      await askMinistry({ relyingParty, lapse });
    }
  }
}

function isLive({ environment, state }: RelyingParty): boolean {
  return environment === 'production' && state === 'active';
}
