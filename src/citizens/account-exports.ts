import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY, MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { AccountExportsStore, ExportFile, ExportWork } from './account-exports-store.ts';

/** Everything of a citizen, made in the background and kept for a day. */
export type AccountExports = {
  /** Throws LimitsUnavailable. */
  ask(of: { citizenId: string; language: 'fa' | 'en' }): Promise<Asked>;
  /** Undefined when there is none, or its day is over. */
  find(citizenId: string): Promise<ExportStanding | undefined>;
  download(of: { citizenId: string; file: ExportFile }): Promise<string | undefined>;
  removeOf(citizenId: string): Promise<void>;
  /** One round of what is due, and of what is over. */
  work(): Promise<void>;
};

type Asked = { outcome: 'asked' | 'under-way' } | { outcome: 'too-often'; retryAfterMs: number };

/** Milliseconds since 1970. */
type ExportStanding =
  | { state: 'working'; partsDone: number; partsInAll: number }
  | { state: 'ready'; until: number }
  | { state: 'failed' };

/** Reads one part after another; says how many are done and stops when nobody wants the rest. */
export type GatherData = {
  parts: number;
  gather(
    of: { citizenId: string; language: 'fa' | 'en' },
    onPart: (done: number) => Promise<boolean>,
  ): Promise<Record<ExportFile, string> | undefined>;
};

/** Time to come back to it with another device, and no longer: it is everything in one place. */
const KEPT = 1 * DAY;
/** The slowest part of a busy citizen takes seconds; a lost instance's work is taken up after this. */
const LEASE = 1 * MINUTE;
const TRIES = 5;
/** Each is some megabytes in memory for a moment. */
const AT_ONCE = 2;

type AccountExportsNeeds = {
  store: AccountExportsStore;
  data: GatherData;
  /** By citizen: each one reads everything there is of them. */
  quota: Pick<QuotaLimit, 'take' | 'giveBack'>;
  keyedHash: KeyedHash;
  audit: Pick<AuditEvents, 'dataAskedFor' | 'dataDownloaded'>;
  clock: Clock;
  /** Something has become due here. */
  wake(): void;
  onError(error: unknown): void;
};

export function createAccountExports(needs: AccountExportsNeeds): AccountExports {
  const { store, data, quota, keyedHash, audit, clock, wake, onError } = needs;

  async function make(work: ExportWork): Promise<void> {
    try {
      const { citizenId, language } = work;
      const made = await data.gather({ citizenId, language }, (parts) =>
        store.notePart(work, { parts, leasedUntil: clock.now() + LEASE }),
      );
      if (made !== undefined) await store.finish(work, { ...made, at: clock.now() });
    } catch (error) {
      onError(error);
      if (work.attempt >= TRIES) await store.giveUp(work, clock.now());
    }
  }

  return {
    async ask({ citizenId, language }) {
      const counter = keyedHash(`account-export:${citizenId}`);
      const taken = await quota.take(counter);
      if (!taken.allowed) return { outcome: 'too-often', retryAfterMs: taken.retryAfterMs };
      const { parts } = data;
      if (!(await store.ask({ id: rowId(), citizenId, language, parts, now: clock.now() }))) {
        await quota.giveBack(counter);
        return { outcome: 'under-way' };
      }
      await audit.dataAskedFor({ citizenId });
      wake();
      return { outcome: 'asked' };
    },
    async find(citizenId) {
      const found = await store.find(citizenId);
      if (found === undefined) return undefined;
      const { readyAt, failedAt, partsDone, partsInAll } = found;
      if (failedAt !== undefined) return { state: 'failed' };
      if (readyAt === undefined) return { state: 'working', partsDone, partsInAll };
      return clock.now() < readyAt + KEPT ? { state: 'ready', until: readyAt + KEPT } : undefined;
    },
    async download({ citizenId, file }) {
      const found = await store.open({ citizenId, file, madeSince: clock.now() - KEPT });
      if (found !== undefined) await audit.dataDownloaded({ citizenId, file });
      return found;
    },
    removeOf: store.removeOf,
    async work() {
      const due = await store.takeDue({ now: clock.now(), leaseMs: LEASE, batch: AT_ONCE });
      await Promise.all(due.map(make));
      await store.prune(clock.now() - KEPT);
    },
  };
}
