/**
 * How many passwords a core can check with nothing around it: the yardstick of a password sign-in.
 * Run by bench/password-limits.ts with an IPC channel: answers { seconds } with { perSecond }.
 */
import { hash, verify } from 'argon2';
import { PASSWORD_COST } from '#citizens/password-cost.ts';
import { cast } from './cast.ts';

const stored = await hash(cast.password, PASSWORD_COST);

process.on('message', ({ seconds }: { seconds: number }) => {
  void verifyFor(seconds).then((perSecond) => process.send?.({ perSecond }));
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function verifyFor(seconds: number): Promise<number> {
  const begin = performance.now();
  let checked = 0;
  while (performance.now() < begin + seconds * 1000) {
    if (!(await verify(stored, cast.password))) throw new Error('argon2 does not know its own hash');
    checked += 1;
  }
  return checked / ((performance.now() - begin) / 1000);
}
