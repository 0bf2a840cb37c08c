import type { AuditEvents } from '#audit/events.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import { normaliseDigits } from '#platform/persian-text.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { JourneysStore } from './journeys-store.ts';
import type { Recoveries, RecoveryAt, RecoveryKind, RecoveryOutcome, RecoveryStep } from './recovery.ts';
import { afterWaiting, type RecoveryDraft, type RecoveryJourney, recoveryViewOf } from './recovery-draft.ts';
import {
  Overtaken,
  type RecoveryResult,
  type RecoveryRules,
  recoveringCitizen,
  recoveryBindingOf,
} from './recovery-rules.ts';

type RecoveriesNeeds = {
  store: Pick<JourneysStore<RecoveryDraft>, 'find' | 'create' | 'save' | 'findByStopCode'>;
  rules: RecoveryRules;
  begins: QuotaLimit;
  stops: QuotaLimit;
  passkeys: Pick<Passkeys, 'signInOptions'>;
  audit: Pick<AuditEvents, 'proofingRefused' | 'recoveryStopped'>;
  keyedHash: KeyedHash;
  clock: Clock;
  /** Hears of what failed after the answer was given. */
  onError(error: unknown): void;
};

/** An hour is plenty for a code and a password; a lost-everything recovery prolongs it by its waiting period. */
const LIVES = 1 * HOUR;
const FIRST: Readonly<Record<RecoveryKind, RecoveryAt>> = {
  'forgotten-password': 'identity',
  'lost-phone': 'known-password',
  'lost-everything': 'identity',
};

export function createRecoveries(needs: RecoveriesNeeds): Recoveries & { settled(): Promise<void> } {
  const { store, rules, begins, stops, passkeys, audit, keyedHash, clock, onError } = needs;
  const unseen = new Set<Promise<void>>();

  return {
    async begin({ deviceSecret, kind, from }) {
      const taken = await begins.take(keyedHash(`recovery-begins:${from.network}`));
      if (!taken.allowed) return { outcome: 'slow-down', retryAfterMs: taken.retryAfterMs };
      const draft: RecoveryDraft = { kind, at: FIRST[kind] };
      const journey = await store.create({ deviceSecret, draft, expiresAt: clock.now() + LIVES });
      return { outcome: 'begun', recovery: recoveryViewOf(journey) };
    },

    async find(deviceSecret) {
      const journey = await find(deviceSecret);
      return journey && recoveryViewOf(journey);
    },

    async act(deviceSecret, step, from) {
      const found = await find(deviceSecret);
      if (found === undefined) return { outcome: 'not-now' };
      const rule = rules[step.step];
      if (!rule.from.includes(found.draft.at)) return { outcome: 'not-now', recovery: recoveryViewOf(found) };
      // Whoever saves first has the step for themselves: another tab, or a stop, finds another version.
      const journey = rule.isExclusive ? await store.save(found, { draft: found.draft }) : found;
      if (journey === undefined) return overtaken(deviceSecret);
      const result = await rule.take(journey, step, from).catch((error: unknown) => {
        if (error instanceof Overtaken) return undefined;
        throw error;
      });
      if (result === undefined) return overtaken(deviceSecret);
      if (result.come === 'refuse') await noteRefusal(journey, { step, reason: result.reason, network: from.network });
      return settle({ deviceSecret, journey, result });
    },

    async passkeyOptions(deviceSecret) {
      const journey = await find(deviceSecret);
      if (journey?.draft.at !== 'second-proof') return undefined;
      const citizenId = recoveringCitizen(journey.draft);
      return passkeys.signInOptions({ binding: recoveryBindingOf(journey), citizenId });
    },

    async stop({ code, from }) {
      const taken = await stops.take(keyedHash(`recovery-stops:${from.network}`));
      if (!taken.allowed) return 'slow-down';
      const journey = await store.findByStopCode(readDigits(code));
      if (journey === undefined || !isStoppable(journey.draft)) return 'unknown';
      const { kind, citizenId } = journey.draft;
      const stopped = await store.save(journey, { draft: { kind, at: 'ended', endedBy: 'stopped' } });
      if (stopped === undefined) return 'unknown';
      await audit.recoveryStopped({ citizenId, kind, network: from.network });
      return 'stopped';
    },

    async settled() {
      while (unseen.size > 0) await Promise.all(unseen);
    },
  };

  async function find(deviceSecret: string): Promise<RecoveryJourney | undefined> {
    const journey = await store.find(deviceSecret);
    return journey && afterWaiting(journey, clock.now());
  }

  async function settle({ deviceSecret, journey, result }: Settled): Promise<RecoveryOutcome> {
    const last = (result.come === 'go' ? result.journey : undefined) ?? journey;
    const saved = result.draft === undefined ? last : await store.save(last, changeOf(result, result.draft));
    if (saved === undefined) return overtaken(deviceSecret);
    const recovery = recoveryViewOf(saved);
    if (result.come === 'refuse') {
      const { come: _, draft: __, ...refusal } = result;
      return { outcome: 'refused', recovery, ...refusal };
    }
    if (result.unseen !== undefined) begin(result.unseen(saved));
    return {
      outcome: 'moved',
      recovery,
      ...(result.resendInMs !== undefined && { resendInMs: result.resendInMs }),
      ...(result.isLate === true && { isLate: true }),
    };
  }

  function begin(work: Promise<void>): void {
    const watched: Promise<void> = work.catch(onError).finally(() => unseen.delete(watched));
    unseen.add(watched);
  }

  async function overtaken(deviceSecret: string): Promise<RecoveryOutcome> {
    const now = await find(deviceSecret);
    return { outcome: 'not-now', ...(now !== undefined && { recovery: recoveryViewOf(now) }) };
  }

  async function noteRefusal(
    { draft }: RecoveryJourney,
    about: { step: RecoveryStep; reason: string; network: string },
  ): Promise<void> {
    const { step, reason, network } = about;
    await audit.proofingRefused({ journey: 'recovery', step: step.step, reason, network, citizenId: draft.citizenId });
  }
}

type Settled = { deviceSecret: string; journey: RecoveryJourney; result: RecoveryResult };

function changeOf(result: RecoveryResult, draft: RecoveryDraft) {
  if (result.come === 'refuse') return { draft };
  return {
    draft: draft.at === 'ended' ? forgetting(draft) : draft,
    ...(result.expiresAt !== undefined && { expiresAt: result.expiresAt }),
    ...(result.stopCode !== undefined && { stopCode: result.stopCode }),
    ...(result.alongside !== undefined && { alongside: result.alongside }),
  };
}

/** As long as nothing was changed yet. */
function isStoppable({ kind, at, isFinishing }: RecoveryDraft): boolean {
  return kind === 'lost-everything' && (at === 'waiting-period' || at === 'password') && isFinishing !== true;
}

function readDigits(typed: string): string {
  return normaliseDigits(typed).replace(/\D/g, '');
}

/** What is over keeps no data of a person. */
function forgetting({ kind, at, endedBy }: RecoveryDraft): RecoveryDraft {
  return { kind, at, ...(endedBy !== undefined && { endedBy }) };
}
