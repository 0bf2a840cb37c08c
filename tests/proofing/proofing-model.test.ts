import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { wantedModelRuns } from '#tests/support/long-run.ts';
import { eventsOf } from './model-events.ts';
import { WEAKNESSES, weaknesses } from './model-weaknesses.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { play } from './proofing-model.ts';

/** `MODEL_RUNS=2000 npx vitest run <this file>` walks for longer. A busy machine stops after ENOUGH. */
const LONG_RUN = wantedModelRuns();
const RUNS = LONG_RUN || 120;
const ENOUGH = 60 * SECOND;
const LONGEST = 60 * MINUTE;

let proofing: OpenProofing;
beforeAll(async () => {
  proofing = await openProofing();
}, 2 * MINUTE);
afterAll(() => proofing.close());

test('whatever happens, in whatever order, no credential and no verified field comes without its proof', {
  timeout: LONGEST,
}, async () => {
  const property = fc.asyncProperty(eventsOf('everybody'), async (events) => {
    expect((await play(proofing, events)).complaint).toBeUndefined();
  });
  const limits = LONG_RUN > 0 ? {} : { interruptAfterTimeLimit: ENOUGH };
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true, ...limits });
});

describe('the model is not blind', () => {
  test('its walks come to every end there is', { timeout: LONGEST }, async () => {
    const ends = new Set([
      ...['enrolled registry-and-phone-matched', 'enrolled registry-matched'],
      ...['account-exists', 'not-possible', 'deceased', 'cancelled'],
      ...['forgotten-password', 'lost-phone', 'lost-everything', 'stopped'],
    ]);
    for (const events of fc.sample(eventsOf('everybody'), { numRuns: 400, seed: 20_261_124 })) {
      const { reached } = await play(proofing, events);
      for (const end of reached) ends.delete(end);
      if (ends.size === 0) break;
    }
    expect(ends).toEqual(new Set());
  });

  test.each(WEAKNESSES)('it complains when %s', { timeout: LONGEST }, async (name) => {
    const { cast, weakened, complaint } = weaknesses(proofing)[name];
    let heard: string | undefined;
    for (const events of fc.sample(eventsOf(cast), { numRuns: 200, seed: 20_261_124 })) {
      heard = (await play(proofing, events, weakened)).complaint;
      if (heard !== undefined && complaint.test(heard)) break;
    }
    expect(heard).toMatch(complaint);
  });
});
