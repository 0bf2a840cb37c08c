import { beforeEach, expect, test } from 'vitest';
import { createConsoleSessions } from '#console/console-sessions.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

let clock: ReturnType<typeof createFakeClock>;
let sessions: ReturnType<typeof createConsoleSessions>;
beforeEach(() => {
  clock = createFakeClock();
  const store = createMemoryStateStore({ clock });
  sessions = createConsoleSessions({ store, hash: createKeyedHash(Buffer.alloc(32, 7)), clock });
});

const begin = (sid: string, subject = 'subject') => sessions.begin({ citizenId: 'citizen', subject, sid });
const isThere = async (secret: string | undefined) =>
  secret !== undefined && (await sessions.find(secret))?.citizenId === 'citizen';

test('a sign-in that was under way when its session ended begins nothing; control: one of another session does', async () => {
  await sessions.endAll({ sid: 'ended', subject: 'subject' });
  expect(await begin('ended')).toBeUndefined();
  expect(await isThere(await begin('another'))).toBe(true);
});

test('a logout token ends the sessions that it names and no others', async () => {
  const [one, two, stranger] = [await begin('one'), await begin('two'), await begin('three', 'stranger')];
  expect(await sessions.endAll({ sid: 'one', subject: 'subject' })).toBe(1);
  expect([await isThere(one), await isThere(two)]).toEqual([false, true]);
  expect(await sessions.endAll({ sid: undefined, subject: 'subject' })).toBeGreaterThan(0);
  expect([await isThere(two), await isThere(stranger)]).toEqual([false, true]);
});

test('a session ends after half an hour without a request, and after eight hours with many', async () => {
  const [idle, busy] = [await begin('idle'), await begin('busy')];
  for (let passed = 0; passed < 8 * HOUR; passed += 20 * MINUTE) {
    expect(await isThere(busy)).toBe(true);
    clock.advance(20 * MINUTE);
    if (passed >= 20 * MINUTE) expect(await isThere(idle)).toBe(false);
  }
  expect(await isThere(busy)).toBe(false);
});
