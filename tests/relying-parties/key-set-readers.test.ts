import { expect, test } from 'vitest';
import { HOUR, SECOND } from '#platform/durations.ts';
import { keepKeySetReaders } from '#relying-parties/key-set-readers.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

/** A registry that counts how often it is read, and tells of its changes. */
function openKept() {
  const clock = createFakeClock(0);
  const registry = { names: ['sharif'], reads: 0 };
  let tellOfChange = () => {};
  const find = keepKeySetReaders({
    async listReaders() {
      registry.reads += 1;
      return registry.names.map((clientId) => ({
        clientId,
        name: { fa: clientId, en: clientId },
        cacheMs: HOUR,
        isFrom: () => false,
      }));
    },
    onChange: (listener) => {
      tellOfChange = listener;
    },
    clock,
  });
  const names = async () => (await find()).map(({ clientId }) => clientId);
  return { clock, registry, names, tellOfChange: () => tellOfChange() };
}

test('the registry is read once, however often it is asked who reads the key set', async () => {
  const { clock, registry, names } = openKept();
  for (let round = 0; round < 100; round += 1) {
    expect(await names()).toEqual(['sharif']);
    clock.advance(10 * SECOND);
  }
  expect(registry.reads).toBe(1);
});

test('it is read again after a change, and after an hour in which none was told', async () => {
  const { clock, registry, names, tellOfChange } = openKept();
  await names();
  registry.names.push('tehran');
  tellOfChange();
  expect(await names()).toEqual(['sharif', 'tehran']);
  registry.names.push('tabriz');
  clock.advance(HOUR);
  expect(await names()).toEqual(['sharif', 'tehran', 'tabriz']);
});
