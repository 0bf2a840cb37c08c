import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { promisesKeptAt } from '#signing-keys/promises.ts';
import { readWindows, WindowsRefused } from '#signing-keys/windows.ts';

describe('windows that could break a relying party refuse to start', () => {
  test('the defaults are safe, and their floors follow from the promises', () => {
    const { floors, propagation, retention } = readWindows();
    expect(floors.propagation).toBe(24 * HOUR + 330 * SECOND + 60 * SECOND + 5 * MINUTE);
    expect(floors.retention).toBe(1 * HOUR + 60 * SECOND + 10 * MINUTE);
    expect([propagation, retention]).toEqual([14 * DAY, 14 * DAY]);
  });

  test.each([
    ['JWKS_MAX_AGE_SECONDS', { jwksMaxAge: 59 * SECOND }],
    ['JWKS_MAX_AGE_SECONDS', { jwksMaxAge: 3601 * SECOND }],
    ['KEY_PROPAGATION_DAYS', { propagation: 24 * HOUR }],
    ['KEY_PROPAGATION_DAYS', { relyingPartyCache: 15 * DAY }],
    ['KEY_ROTATION_DAYS', { rotationInterval: 27 * DAY }],
    ['KEY_RETENTION_DAYS', { retention: 1 * HOUR }],
    ['KEY_RETENTION_DAYS', { longestToken: 15 * DAY }],
    ['KEY_ARCHIVE_DAYS', { longestSession: 401 * DAY }],
    ['KEY_PROPAGATION_DAYS', { propagation: Number.NaN }],
  ])('%s: %o', (name, chosen) => {
    expect(() => readWindows(chosen)).toThrow(WindowsRefused);
    expect(() => readWindows(chosen)).toThrow(name);
  });

  test('every fault is named at once', () => {
    expect(() => readWindows({ propagation: 0, retention: 0 })).toThrow(
      /PROPAGATION_DAYS is 0 s.*RETENTION_DAYS is 0 s/,
    );
  });
});

describe('a promise outlives the setting that made it', () => {
  const long = { since: 0, keySet: 72 * HOUR, token: 1 * HOUR };
  const short = { since: 100 * DAY, keySet: 1 * HOUR, token: 1 * HOUR };

  test('a key published right after the promise was shortened waits for those who hold the longer one', () => {
    expect(promisesKeptAt(100 * DAY + 1 * HOUR, [long, short], 'keySet')).toBe(100 * DAY + 73 * HOUR);
  });

  test('once the last of them has let go, the shorter promise is all there is', () => {
    expect(promisesKeptAt(110 * DAY, [long, short], 'keySet')).toBe(110 * DAY + 1 * HOUR);
  });

  test('it never ends before the shortest wait, whatever the history', () => {
    const promise = fc.record({ since: fc.nat(), keySet: fc.nat(), token: fc.nat() });
    fc.assert(
      fc.property(fc.array(promise), fc.nat(), (history, at) => {
        const ordered = [...history].sort((a, b) => a.since - b.since);
        const last = ordered.at(-1);
        expect(promisesKeptAt(at, ordered, 'token')).toBeGreaterThanOrEqual(at + (last?.token ?? 0));
      }),
    );
  });
});
