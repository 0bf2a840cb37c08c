import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { COOKIES } from '#signing-keys/states.ts';
import { defaultWindows } from '#signing-keys/windows.ts';
import { openEmbedded } from '#tests/support/servers.ts';
import { by, useRing } from './use-ring.ts';

const { ring, twoInstances } = useRing(openEmbedded);

test('keys of cookies take over from one another again and again, though the retired ones keep their secret', async () => {
  const [one] = await twoInstances();
  await one.makeCookieRing({ by, secret: randomBytes(32) });
  for (let round = 0; round < 4; round += 1) {
    ring().clock.advance(defaultWindows.propagation);
    await expect(one.rotate({ by, alg: COOKIES })).resolves.toMatchObject({ outcome: 'done' });
  }
});
