import { createAuthenticate } from '#citizens/authenticate.ts';
import { createCitizenCache } from '#citizens/citizen-cache.ts';
import { createCitizensStore } from '#citizens/citizens-store.ts';
import { createKnownDevices } from '#citizens/known-devices.ts';
import { createPasswordPool } from '#citizens/password-pool.ts';
import { createSignInAttempts } from '#citizens/sign-in-attempts.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import type { Foundation } from './foundation.ts';

/** Citizens, and how they prove who they are. */
export async function createPeople({
  settings,
  clock,
  metrics,
  database,
  redis,
  sealerFor,
  stateHash,
  lookupHash,
  cookieHash,
  changeFeed,
  audit,
}: Foundation) {
  const citizens = createCitizensStore({ database, sealer: await sealerFor('citizens'), lookupHash, changeFeed });
  const cache = createCitizenCache({ findById: citizens.findById, changeFeed });
  const passwords = createPasswordPool({ workers: settings.passwordWorkers, onWaited: metrics.observePasswordWait });
  metrics.gauge('panjereh_password_queue', 'Passwords that wait for a worker.', passwords.queued);
  const attempts = createSignInAttempts({
    rateLimits: createRateLimits(redis === undefined ? {} : { redis }),
    keyedHash: stateHash,
    knownDevices: createKnownDevices({ keyedHash: cookieHash, clock }),
  });

  return {
    citizens,
    findCitizen: cache.find,
    passwords,
    authenticate: createAuthenticate({ citizens, passwords, attempts, audit }),
    async close() {
      await passwords.close();
      cache.close();
    },
  };
}
