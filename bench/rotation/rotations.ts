import { setTimeout as wait } from 'node:timers/promises';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';

/** The officer's part: besides the schedule, a rotation by hand as soon as the rules of the ring allow it. */
type Rotations = {
  hurry(): void;
  rest(): void;
  /** Nothing rotates for so long, as before an entrance examination. */
  freeze(ms: number): Promise<void>;
  /** Until a revocation would cost no outage. */
  untilSeamless(alg: string): Promise<void>;
  stop(): Promise<void>;
};

const ALGORITHMS = ['ES256', 'RS256'];
/** The two rings take turns, so that some key is always young. */
const BETWEEN_MS = 1_500;
const BY = 'the hurried officer';

export function startRotations(signingKeys: SigningKeys): Rotations {
  let isHurried = false;
  let isOver = false;
  let turn = 0;

  async function walk(): Promise<void> {
    while (!isOver) {
      await wait(BETWEEN_MS);
      const alg = ALGORITHMS[turn % ALGORITHMS.length] ?? '';
      turn += 1;
      // Refused while a standby is not everywhere yet: that is the rule under test.
      if (isHurried) await signingKeys.rotate({ by: BY, alg });
    }
  }
  const walking = walk();

  return {
    hurry() {
      isHurried = true;
    },
    rest() {
      isHurried = false;
    },
    async freeze(ms) {
      const now = Date.now();
      await signingKeys.declareFreeze({
        by: BY,
        freeze: { from: now, until: now + ms, reason: 'a calm to compare with' },
      });
    },
    async untilSeamless(alg) {
      for (;;) {
        const { algorithms } = await signingKeys.status();
        if (algorithms.find((it) => it.alg === alg)?.revocation.isSeamless === true) return;
        await wait(200);
      }
    },
    async stop() {
      isOver = true;
      await walking;
    },
  };
}
