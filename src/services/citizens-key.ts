import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEvents } from '#audit/events.ts';
import { createReseal } from '#citizens/reseal-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { addDataKey, forgetDataKeys, openDataKeys } from '#platform/sealing/data-keys.ts';
import type { MasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer, sealingKeys } from '#platform/sealing/sealer.ts';
import { SEALED_DRAFTS } from '#proofing/journeys-store.ts';

/** The data key that what is known of citizens lies under, replaced while the instances run: for the day on which it was stolen. */
export type CitizensKey = {
  /** Makes another key, waits until every instance seals with it, and seals everything anew. Stopped half way it goes on when it is asked again. */
  renew(a: { by: string; onWait(until: number): void }): Promise<Renewed>;
  /** Afterwards the older keys open nothing, here and in every instance. */
  forget(a: { by: string }): Promise<Forgotten>;
  /** Whether a renewal was begun, and older keys are still here. */
  isUnderWay(): Promise<boolean>;
};

type Renewed = { keyId: string; resealed: number; mayForgetAt: number };
type Forgotten =
  | { outcome: 'forgotten'; keyIds: readonly string[]; resealed: number }
  | { outcome: 'nothing-older' }
  | { outcome: 'too-soon'; mayForgetAt: number }
  /** Something is still sealed under an older key, again and again: an instance that was not told. */
  | { outcome: 'still-used' };

/** How long after its making another key seals, and how long after that the older ones may be needed. */
export type RenewalTiming = { settleMs: number; forgetAfterMs: number };

const TIMING: RenewalTiming = {
  /** Instances hear of it within 2 s, and one that hears nothing for 5 s gives nothing out. */
  settleMs: 1 * MINUTE,
  /** Codes and numbers in Redis lie under the same key, for ten minutes at the most. */
  forgetAfterMs: 15 * MINUTE,
};

/** What was sealed a moment before may be written a moment after, by a clock that is not ours. */
const MARGIN = 5 * SECOND;
const PASSES = 3;

type Needs = {
  database: Database;
  masterKeys: MasterKeys;
  clock: Clock;
  audit: Pick<AuditEvents, 'dataKeyChanged'>;
  timing?: Partial<RenewalTiming>;
};

export function createCitizensKey({ database, masterKeys, clock, audit, timing = {} }: Needs): CitizensKey {
  const { settleMs, forgetAfterMs } = { ...TIMING, ...timing };
  const purpose = 'citizens';
  const open = () => openDataKeys({ database, masterKeys, purpose });

  async function sealAnew(): Promise<number> {
    const sealer = createSealer(sealingKeys(await open(), clock));
    return (await createReseal({ database, sealer, also: [SEALED_DRAFTS] })()).resealed;
  }

  /** The one that a renewal before made and did not finish with, or else another. */
  async function newestFor(by: string) {
    const [newest, ...older] = await open();
    if (older.length > 0) return newest;
    const wanted = { masterKeys, purpose, sealsFrom: clock.now() + settleMs, after: newest.id } as const;
    const made = await database.transaction().execute((transaction) => addDataKey(transaction, wanted));
    await audit.dataKeyChanged({ purpose, act: 'made', by, keys: made.id, values: 0 });
    return made;
  }

  return {
    isUnderWay: async () => (await open()).length > 1,

    async renew({ by, onWait }) {
      const { id, sealsFrom = 0 } = await newestFor(by);
      const begins = sealsFrom + Math.min(MARGIN, settleMs);
      if (begins > clock.now()) {
        onWait(begins);
        await wait(begins - clock.now());
      }
      const resealed = await sealAnew();
      await audit.dataKeyChanged({ purpose, act: 'sealed-anew', by, keys: id, values: resealed });
      return { keyId: id, resealed, mayForgetAt: sealsFrom + forgetAfterMs };
    },

    async forget({ by }) {
      const [{ sealsFrom = 0 }, ...older] = await open();
      if (older.length === 0) return { outcome: 'nothing-older' };
      const mayForgetAt = sealsFrom + forgetAfterMs;
      if (clock.now() < mayForgetAt) return { outcome: 'too-soon', mayForgetAt };
      const ids = older.map(({ id }) => id);
      let resealed = 0;
      // A pass that found nothing to do has looked at every value, and nobody seals under an older key any more.
      for (let pass = 1; pass <= PASSES; pass++) {
        const found = await sealAnew();
        resealed += found;
        if (found > 0) continue;
        await audit.dataKeyChanged({ purpose, act: 'forgotten', by, keys: ids.join(' '), values: resealed });
        await database.transaction().execute((transaction) => forgetDataKeys(transaction, { purpose, ids }));
        return { outcome: 'forgotten', keyIds: ids, resealed };
      }
      return { outcome: 'still-used' };
    },
  };
}
