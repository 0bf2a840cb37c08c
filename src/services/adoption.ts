import { createSignInDays } from '#audit/sign-in-days-store.ts';
import { createEnrolledDays } from '#citizens/enrolled-days-store.ts';
import { MINUTE } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import { OWN_CLIENT_ID } from '#protocol/own-client.ts';
import type { Foundation } from './foundation.ts';

/** Nobody waits for these numbers: they tell of days. */
const COUNT_EVERY = 5 * MINUTE;

/** What the adoption board tells is counted in the background, by one instance at a time. */
export function keepAdoption({ database, log }: Foundation) {
  const signInDays = createSignInDays({ database, except: OWN_CLIENT_ID });
  const enrolledDays = createEnrolledDays({ database });
  const rounds = startRounds({
    async work() {
      await enrolledDays.count();
      await signInDays.count();
    },
    everyMs: COUNT_EVERY,
    onError: (error) => log.error({ err: error }, 'the days of the adoption board could not be counted'),
  });
  rounds.wake();
  return { signInDays, enrolledDays, stop: rounds.stop };
}
