import { createAuthenticators } from '#citizens/authenticators.ts';
import { createAuthenticatorsStore } from '#citizens/authenticators-store.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import { createCredentialProofs } from '#citizens/credential-proofs.ts';
import { createFactorChanges } from '#citizens/factor-changes.ts';
import { createFactorsOf } from '#citizens/factors.ts';
import { createFindWithFactors } from '#citizens/factors-store.ts';
import type { KnownDevices } from '#citizens/known-devices.ts';
import { createOneTimeCodes } from '#citizens/one-time-codes.ts';
import { createPasskeyChallenges } from '#citizens/passkey-challenges.ts';
import { createPasskeys } from '#citizens/passkeys.ts';
import { createPasskeysStore } from '#citizens/passkeys-store.ts';
import type { PasswordPool } from '#citizens/password-pool.ts';
import { createPuzzle } from '#citizens/puzzle.ts';
import { createRecoveryCodes } from '#citizens/recovery-codes.ts';
import { createRecoveryCodesStore } from '#citizens/recovery-codes-store.ts';
import { createRememberedDevices } from '#citizens/remembered-devices.ts';
import { createRememberedDevicesStore } from '#citizens/remembered-devices-store.ts';
import { createSecondFactorAttempts } from '#citizens/second-factor-attempts.ts';
import { createSetPassword } from '#citizens/set-password.ts';
import type { TextMessages } from '#citizens/text-messages.ts';
import type { RateLimits } from '#platform/rate-limits.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { Foundation } from './foundation.ts';

type Needs = {
  sealer: Sealer;
  rateLimits: RateLimits;
  citizens: CitizensStore;
  passwords: PasswordPool;
  knownDevices: KnownDevices;
  textMessages: TextMessages;
};

/** What citizens prove themselves with beside the password, and the only ways to change it. */
export function createFactors(foundation: Foundation, needs: Needs) {
  const { settings, clock, log, database, state: store, stateHash, lookupHash, audit } = foundation;
  const { sealer, rateLimits, citizens, passwords, knownDevices, textMessages } = needs;
  const findCitizen = citizens.findById;
  const findWithFactors = createFindWithFactors({ database, sealer });

  const proofs = createCredentialProofs({ store, hash: stateHash });
  const changes = createFactorChanges({ findCitizen, textMessages, audit });
  const shared = { proofs, changes, clock };
  const authenticatorsStore = createAuthenticatorsStore({ database, sealer });
  const passkeysStore = createPasskeysStore({ database });
  const recoveryCodesStore = createRecoveryCodesStore({ database });
  const devicesStore = createRememberedDevicesStore({ database, sealer });
  const rememberedDevices = createRememberedDevices({
    store: devicesStore,
    keyedHash: lookupHash,
    audit,
    clock,
  });

  return {
    credentialProofs: proofs,
    oneTimeCodes: createOneTimeCodes({
      store,
      keyedHash: stateHash,
      sealer,
      rateLimits,
      textMessages,
      onError: (error) => log.error({ err: error }, 'a code could not be sent'),
    }),
    authenticators: createAuthenticators({ store: authenticatorsStore, ...shared }),
    passkeys: createPasskeys({
      issuer: settings.issuer,
      store: passkeysStore,
      challenges: createPasskeyChallenges({ store, hash: stateHash }),
      keyedHash: lookupHash,
      findCitizen,
      audit,
      ...shared,
    }),
    recoveryCodes: createRecoveryCodes({ store: recoveryCodesStore, keyedHash: lookupHash, audit, ...shared }),
    rememberedDevices,
    findWithFactors,
    factorsOf: createFactorsOf(findWithFactors),
    secondFactorAttempts: createSecondFactorAttempts({ rateLimits, keyedHash: stateHash, knownDevices, audit }),
    setPassword: createSetPassword({ citizens, passwords, proofs, devices: rememberedDevices, changes }),
    puzzle: createPuzzle({ secret: stateHash, store, clock }),
  };
}
