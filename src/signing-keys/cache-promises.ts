import { everywhereAt, type RingSnapshot } from './key-ring.ts';
import type { Done, Perform } from './perform-act.ts';
import { noChange } from './plans.ts';
import { COOKIES, stateOf } from './states.ts';
import { floorsFor, type Windows } from './windows.ts';

type PromiseRefused =
  | { outcome: 'already-there' }
  /** Our keys are published for a shorter time before they sign than the relying party would hold on to the old set. */
  | { outcome: 'longer-than-propagation'; floor: number; propagation: number }
  /** A key signs that the relying party may not have: it was published less than that long ago. Possible from then on. */
  | { outcome: 'breaks-running-propagation'; kid: string; from: number };

/**
 * Lets relying parties keep our key set for longer. A raise counts from this moment on for every key that is on its way;
 * one that would leave a relying party without the key that signs is refused.
 */
export function createPromiseCache({ perform, windows }: { perform: Perform; windows: Windows }) {
  return ({
    by,
    cacheMs,
  }: {
    by: string;
    cacheMs: number;
  }): Promise<Done | PromiseRefused | { outcome: 'overtaken' }> => {
    const keySet = floorsFor({ ...windows, relyingPartyCache: cacheMs }).propagation;
    return perform<PromiseRefused>({
      act: 'cache-promise',
      by,
      also: { promise: { keySet, token: windows.floors.retention } },
      plan(snapshot) {
        if (keySet <= (snapshot.promises.at(-1)?.keySet ?? 0)) return { outcome: 'already-there' };
        if (keySet > windows.propagation)
          return { outcome: 'longer-than-propagation', floor: keySet, propagation: windows.propagation };
        return whyNotYet(snapshot, { windows, keySet }) ?? noChange;
      },
    });
  };
}

function whyNotYet(
  snapshot: RingSnapshot,
  { windows, keySet }: { windows: Windows; keySet: number },
): PromiseRefused | undefined {
  const promises = [...snapshot.promises, { since: snapshot.now, keySet, token: 0 }];
  for (const row of snapshot.rows.filter((it) => it.alg !== COOKIES && stateOf(it) === 'ACTIVE')) {
    const from = everywhereAt(row, { ...snapshot, promises }, { ...windows, propagation: 0 });
    if (from > snapshot.now) return { outcome: 'breaks-running-propagation', kid: row.kid, from };
  }
  return undefined;
}
