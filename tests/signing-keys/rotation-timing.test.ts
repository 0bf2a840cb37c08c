import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readWindows, WindowsRefused } from '#signing-keys/windows.ts';
import { pressedWindows, timingFor, weaknesses } from '../../bench/rotation/timing.ts';

/** The benchmark presses days into seconds; nothing that runs in production may learn it from it. */
test('what the benchmark runs with, production refuses to start with', () => {
  const { floors: _, ...chosen } = pressedWindows;
  expect(() => readWindows(chosen)).toThrow(WindowsRefused);
  for (const weakness of weaknesses) {
    const { floors: __, ...weakened } = timingFor(weakness).windows;
    expect(() => readWindows(weakened)).toThrow(WindowsRefused);
  }
});

test('timing is handed on by the services, and by no program, command or setting', () => {
  const mentioning = globSync('src/**/*.ts').filter((path) => /keyTiming/i.test(readFileSync(path, 'utf8')));
  expect(mentioning.sort()).toEqual(['src/services.ts', 'src/services/keeping-keys.ts']);
});

test('the pressed windows stand at their floors, with nothing to spare', () => {
  const { propagation, retention, rotationInterval, floors } = pressedWindows;
  expect({ propagation, retention, rotationInterval }).toEqual({
    propagation: floors.propagation,
    retention: floors.retention,
    rotationInterval: 2 * floors.propagation,
  });
});
