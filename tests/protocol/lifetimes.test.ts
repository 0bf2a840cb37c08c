import { expect, test } from 'vitest';
import { DAY } from '#platform/durations.ts';
import { LIFETIMES, LIVES_OF_WHAT_IS_SIGNED } from '#protocol/lifetimes.ts';
import { readKeySettings } from '#signing-keys/key-settings.ts';
import { WindowsRefused } from '#signing-keys/windows.ts';

test('a key stays published for longer than anything that it signed may live', () => {
  const { windows } = readKeySettings({}, { lives: LIVES_OF_WHAT_IS_SIGNED });
  const signed = ['idToken', 'accessToken', 'clientCredentials', 'longestResourceToken'] as const;
  for (const kind of signed) expect(windows.longestToken, kind).toBeGreaterThanOrEqual(LIFETIMES[kind]);
  expect(windows.retention).toBeGreaterThan(windows.longestToken);
  expect(windows.archive).toBeGreaterThan(LIFETIMES.sessionAbsolute);
  expect(windows.longestCookie).toBe(LIFETIMES.sessionAbsolute);
});

test('the windows of the keys follow the table: a longer life makes a retention that was enough too short', () => {
  const lives = { ...LIVES_OF_WHAT_IS_SIGNED, longestToken: 2 * DAY };
  expect(() => readKeySettings({ retentionDays: 2 }, { lives })).toThrow(WindowsRefused);
  expect(() => readKeySettings({ retentionDays: 2 }, { lives: LIVES_OF_WHAT_IS_SIGNED })).not.toThrow();
});
