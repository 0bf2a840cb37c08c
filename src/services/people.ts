import { createAttachedClaimsStore, pruneStaleAnswers } from '#citizens/attached-claims-store.ts';
import { createAuthenticate } from '#citizens/authenticate.ts';
import { createCitizenCache } from '#citizens/citizen-cache.ts';
import { createCitizensStore } from '#citizens/citizens-store.ts';
import { createClosedAccounts } from '#citizens/closed-accounts.ts';
import { createClosedAccountsStore } from '#citizens/closed-accounts-store.ts';
import { createIncidentsStore } from '#citizens/incidents-store.ts';
import { createKnownDevices } from '#citizens/known-devices.ts';
import { createNewDevices } from '#citizens/new-devices.ts';
import { createPasswordPool } from '#citizens/password-pool.ts';
import { createPuzzleGate } from '#citizens/puzzle-gate.ts';
import { pruneExpiredDevices } from '#citizens/remembered-devices-store.ts';
import { createRetention, keepRetention } from '#citizens/retention.ts';
import { createSignInAttempts } from '#citizens/sign-in-attempts.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createFactors } from './factors.ts';
import type { Foundation } from './foundation.ts';
import { createTexting } from './texting.ts';

export type People = Awaited<ReturnType<typeof createPeople>>;

/** Citizens, and how they prove who they are. */
export async function createPeople(foundation: Foundation) {
  const {
    settings,
    clock,
    log,
    metrics,
    database,
    state,
    redis,
    sealerFor,
    stateHash,
    lookupHash,
    cookieHash,
    changeFeed,
    audit,
  } = foundation;
  const sealer = await sealerFor('citizens');
  const rateLimits = createRateLimits(redis === undefined ? {} : { redis });
  const knownDevices = createKnownDevices({ keyedHash: cookieHash, clock });
  const citizens = createCitizensStore({ database, sealer, lookupHash, changeFeed });
  const cache = createCitizenCache({ findById: citizens.findById, changeFeed });
  const passwords = createPasswordPool({ workers: settings.passwordWorkers, onWaited: metrics.observePasswordWait });
  metrics.gauge('panjereh_password_queue', 'Passwords that wait for a worker.', passwords.queued);
  const attempts = createSignInAttempts({ rateLimits, keyedHash: stateHash, knownDevices });
  const texting = createTexting(foundation, { sealer, rateLimits });
  const { textMessages } = texting;
  const factors = createFactors(foundation, { sealer, rateLimits, citizens, passwords, knownDevices, textMessages });
  const closedAccounts = createClosedAccounts({
    store: createClosedAccountsStore({ database, changeFeed }),
    audit,
    clock,
  });
  const retention = keepRetention(
    createRetention({
      closedAccounts,
      devices: { pruneExpired: (at) => pruneExpiredDevices(database, at) },
      attached: { pruneStale: (goodBefore) => pruneStaleAnswers(database, goodBefore) },
      clock,
    }),
    { onError: (error) => log.error({ err: error }, 'what need not be kept could not be erased') },
  );

  return {
    citizens,
    incidents: createIncidentsStore({ database }),
    findCitizen: cache.find,
    passwords,
    authenticate: createAuthenticate({ ...factors, citizens, passwords, attempts, audit }),
    closedAccounts,
    attachedClaims: createAttachedClaimsStore({ database, sealer, changeFeed }),
    textMessages,
    newDevices: createNewDevices({
      knownDevices,
      store: state,
      keyedHash: stateHash,
      budgets: texting.budgets,
      textMessages,
      link: `${settings.issuer}/account/activity`,
    }),
    ...factors,
    puzzleGate: createPuzzleGate({
      ...factors,
      wantsPuzzle: attempts.wantsPuzzle,
      findByNationalCode: citizens.findByNationalCode,
      onError: (error) => log.error({ err: error }, 'a code in the place of a puzzle could not be sent'),
    }),
    async close() {
      await retention.stop();
      await texting.close();
      await passwords.close();
      cache.close();
    },
  };
}
