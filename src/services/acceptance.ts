import type { Approvals } from '#operators/approvals.ts';
import { SECOND } from '#platform/durations.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createAcceptanceIssuers } from '#protocol/acceptance/create-acceptance-issuers.ts';
import { createAcceptanceKeys } from '#protocol/acceptance/keys.ts';
import { createAcceptanceKeysStore } from '#protocol/acceptance/keys-store.ts';
import { createRuns } from '#protocol/acceptance/runs.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import { createAcceptanceRuns } from '#relying-parties/acceptance/acceptance-runs.ts';
import { createLapsesStore } from '#relying-parties/acceptance/lapses-store.ts';
import { createReruns } from '#relying-parties/acceptance/reruns.ts';
import { createRunRounds } from '#relying-parties/acceptance/run-rounds.ts';
import { createAcceptanceRunsStore } from '#relying-parties/acceptance/runs-store.ts';
import { createSetups } from '#relying-parties/acceptance/setups.ts';
import { createSetupsStore } from '#relying-parties/acceptance/setups-store.ts';
import { createStandings } from '#relying-parties/acceptance/standings.ts';
import { createLiveEntriesStore } from '#relying-parties/live-entries-store.ts';
import type { Foundation } from './foundation.ts';
import type { Registry } from './registry.ts';

type Needs = { registry: Registry; frames: PageFrames; approvals: Pick<Approvals, 'ask'> };

/** Pages of universities are larger than key sets, and their first answer after a quiet night is slow. */
const PAGE = { timeoutMs: 10 * SECOND, maxBytes: 2 * 1024 * 1024 };

/** Acceptance: the issuers that deceive, the runs that try relying parties with them, and what follows from a run. */
export async function createAcceptance(foundation: Foundation, { registry, frames, approvals }: Needs) {
  const { clock, log, metrics, audit, database } = foundation;
  const issuers = await createIssuers(foundation, { registry, frames });
  const { relyingParties, acceptanceGate: gate } = registry;
  const findRelyingParty = relyingParties.find;
  const store = createAcceptanceRunsStore({ database });
  const setupsStore = createSetupsStore({ database });
  const lapses = createLapsesStore({ database });
  const setups = createSetups({ store: setupsStore, findRelyingParty, uriChecks: registry.uriChecks, audit, clock });
  const fetch = foundation.openOutbound({ isBrowser: true, ...PAGE });
  const rounds = createRunRounds({
    store,
    setups,
    findRelyingParty,
    issuer: issuers,
    fetch,
    onEnded: (run) => reruns.noteEnded(run),
    audit,
    clock,
    onError: (error) => log.error({ err: error }, 'a run of acceptance broke'),
  });
  const runs = createAcceptanceRuns({
    store,
    setups,
    gate,
    findRelyingParty,
    wake: rounds.wake,
    audit,
    clock,
  });
  const reruns = createReruns({
    runs,
    store,
    lapses,
    entries: createLiveEntriesStore({ database }),
    findRelyingParty,
    async askMinistry({ relyingParty: { clientId, organisationId }, lapse }) {
      const payload = { runId: lapse.runId };
      await approvals.ask({
        ...{ act: 'suspend', subject: clientId, organisationId, askedBy: 'acceptance', payload },
        // The pages have words for it.
        why: 'acceptance-grace-over',
      });
    },
    audit,
    clock,
    onError: (error) => log.error({ err: error }, 'relying parties could not be looked at for another acceptance'),
  });
  metrics.gauge(
    'panjereh_acceptance_lapsed',
    'Relying parties that are live and whose latest acceptance was not green.',
    async () => (await lapses.list().catch(() => [])).length,
  );
  metrics.gauge(
    'panjereh_acceptance_overdue',
    'Of these, those whose grace is over: the ministry has to decide.',
    async () => (await lapses.list().catch(() => [])).filter((lapse) => lapse.ministryAskedAt !== undefined).length,
  );

  return {
    issuers,
    runs,
    setups,
    reruns,
    lapses,
    standingOf: createStandings({ gate, store, lapses }),
    /** One look for runs that wait, for those who cannot wait for the rounds. */
    work: rounds.look,
    async close() {
      await reruns.stop();
      await rounds.stop();
      await fetch.close();
    },
  };
}

/** What they seal and how they name records depends on a data key of their own. */
async function createIssuers(foundation: Foundation, { registry, frames }: Omit<Needs, 'approvals'>) {
  const { settings, clock, log, state: store, redis, database, dataKeys, sealerFor } = foundation;
  const [sealer, [newest]] = await Promise.all([sealerFor('acceptance'), dataKeys('acceptance')]);
  const hash = createKeyedHash(newest.secret);
  return createAcceptanceIssuers({
    issuer: settings.issuer,
    store,
    hash,
    relyingParties: registry.relyingParties,
    findResource: registry.resources.find,
    fetchKeySet: registry.fetchKeySet,
    fetch: registry.outbound,
    frames,
    runs: createRuns({ store, hash, sealer, clock }),
    keys: createAcceptanceKeys({ store: createAcceptanceKeysStore({ database, sealer }), clock }),
    rateLimits: createRateLimits(redis === undefined ? {} : { redis }),
    clock,
    log,
  });
}
