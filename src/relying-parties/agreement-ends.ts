import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import type { createAgreementsStore } from './agreements-store.ts';

/** Days before its end at which an agreement is spoken of; 0 when it has ended. */
const WARN_AT_DAYS = [0, 7, 30, 60] as const;

/** How many whole days are left, once it is time to say so; nothing for an agreement without an end, or far from it. */
export function daysToWarnOf({ until, now }: { until: number | undefined; now: number }): number | undefined {
  if (until === undefined || thresholdOf({ until, now }) === undefined) return undefined;
  return Math.max(0, Math.floor((until - now) / DAY));
}

/** The nearest threshold that was reached. */
function thresholdOf({ until, now }: { until: number; now: number }): number | undefined {
  return WARN_AT_DAYS.find((days) => until - now <= days * DAY);
}

type Store = ReturnType<typeof createAgreementsStore>;

type Needs = {
  store: Pick<Store, 'listEndingBetween' | 'saveNotice' | 'listOf'>;
  audit: Pick<AuditEvents, 'agreementEndNoticed'>;
  clock: Clock;
  onError(error: unknown): void;
};

const LOOK_EVERY = 6 * HOUR;
/** One that ended while nobody looked is still noted, and old ones are not looked at for ever. */
const LOOKS_BACK = 30 * DAY;
const [FARTHEST = 0] = WARN_AT_DAYS.toReversed();

/** Notes that an agreement nears its end, once at each threshold, whichever instance finds it. */
export function watchAgreementEnds({ store, audit, clock, onError }: Needs) {
  async function look(): Promise<void> {
    const now = clock.now();
    for (const { clientId, version, terms } of await listEnding(now)) {
      const days = thresholdOf({ until: terms.until ?? Number.POSITIVE_INFINITY, now });
      if (days === undefined || (await isFollowed({ clientId, version, until: terms.until ?? 0 }))) continue;
      if (await store.saveNotice({ clientId, version, days }, now))
        await audit.agreementEndNoticed({ clientId, version, days });
    }
  }

  const listEnding = (now: number) => store.listEndingBetween({ from: now - LOOKS_BACK, until: now + FARTHEST * DAY });

  /** Another one takes its place without a gap. */
  async function isFollowed({ clientId, version, until }: { clientId: string; version: number; until: number }) {
    const others = (await store.listOf(clientId)).filter((other) => other.version !== version);
    return others.some(
      ({ state, terms }) =>
        state === 'approved' && terms.from <= until && (terms.until ?? Number.POSITIVE_INFINITY) > until,
    );
  }

  const { stop } = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  return {
    look,
    /** Those in force that end within the farthest threshold. */
    count: async () => {
      const now = clock.now();
      return (await listEnding(now)).filter(({ terms }) => (terms.until ?? 0) > now).length;
    },
    stop,
  };
}
