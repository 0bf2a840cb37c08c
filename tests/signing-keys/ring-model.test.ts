import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { readWindows } from '#signing-keys/windows.ts';
import { playRing } from './ring-model.ts';
import { type ModelEvent, tightWindows, type Weakness, weakened } from './ring-model-rules.ts';

const node = fc.nat({ max: 2 });
const waits = [
  1 * SECOND,
  4 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  20 * MINUTE,
  3 * HOUR,
  11 * HOUR,
  26 * HOUR,
  8 * DAY,
  46 * DAY,
  91 * DAY,
];

const ordinary: fc.WeightedArbitrary<ModelEvent>[] = [
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(...waits) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sign' as const), node }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fetch' as const), relyingParty: fc.nat({ max: 3 }), node }) },
  { weight: 2, arbitrary: fc.constant<ModelEvent>({ do: 'rotate' }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('hang' as const, 'wake' as const, 'restart' as const), node }),
  },
  { weight: 1, arbitrary: fc.constant<ModelEvent>({ do: 'revoke' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settings' as const), variant: fc.nat({ max: 3 }) }) },
];
const skewed: fc.WeightedArbitrary<ModelEvent>[] = [
  ...ordinary,
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('skew' as const), ms: fc.integer({ min: -10 * MINUTE, max: 10 * MINUTE }) }),
  },
];
const eventsOf = (kinds: fc.WeightedArbitrary<ModelEvent>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 20, maxLength: 120 });

const tight = [
  tightWindows({ relyingPartyCache: 24 * HOUR, longestToken: 1 * HOUR }),
  tightWindows({ relyingPartyCache: 1 * HOUR, longestToken: 10 * HOUR }),
  tightWindows({ relyingPartyCache: 72 * HOUR, longestToken: 10 * MINUTE }),
];
const usual = [
  readWindows(),
  readWindows({ relyingPartyCache: 72 * HOUR }),
  readWindows({ longestToken: 10 * HOUR, propagation: 20 * DAY }),
];

describe('whatever happens, in whatever order', () => {
  test('every token verifies at every relying party that keeps its promise, with windows at their floors', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(eventsOf(ordinary), (events) => {
        expect(playRing(events, { weakness: 'none', variants: tight })).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('every token verifies with the default windows, though the clock of the database jumps by ten minutes', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(eventsOf(skewed), (events) => {
        expect(playRing(events, { weakness: 'none', variants: usual })).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the model is not blind: each protection taken away is found out', () => {
  const controls: [Weakness, RegExp][] = [
    ['no-propagation', /refuses a token/],
    ['no-retention', /refuses a token/],
    ['no-standby', /refuses a token/],
    ['empty-set', /refuses a token/],
    ['no-fence', /signs a minute after its revocation|refuses a token/],
  ];
  test.each(controls)('%s', { timeout: 60_000 }, (weakness, complaint) => {
    const [windows] = tight;
    const variants = windows === undefined ? [] : [weakened(windows, weakness)];
    const complaints = fc
      .sample(eventsOf(ordinary), { numRuns: 2000, seed: 20_260_321 })
      .flatMap((events) => playRing(events, { weakness, variants }) ?? []);
    expect(complaints.some((it) => complaint.test(it))).toBe(true);
  });
});
