import { HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createAccountMark } from '#proofing/account-mark.ts';
import { createCivilRegistry } from '#proofing/civil-registry.ts';
import { createEnrolments } from '#proofing/create-enrolments.ts';
import { createRecoveries } from '#proofing/create-recoveries.ts';
import { enrolmentDraftShape } from '#proofing/enrolment-draft.ts';
import { createEnrolmentRules } from '#proofing/enrolment-steps.ts';
import { createEvidenceStore } from '#proofing/evidence-store.ts';
import { createFindAccount } from '#proofing/existing-account.ts';
import { createForgetFactors } from '#proofing/forget-factors.ts';
import { createJourneysStore } from '#proofing/journeys-store.ts';
import { createMobileOwnership } from '#proofing/mobile-ownership.ts';
import { createPersonClaims } from '#proofing/person-claims-store.ts';
import { createPhoneChange } from '#proofing/phone-change.ts';
import { startProofingWorker } from '#proofing/proofing-worker.ts';
import { recoveryDraftShape } from '#proofing/recovery-draft.ts';
import { createRecoveryRules } from '#proofing/recovery-steps.ts';
import { createTries } from '#proofing/tries.ts';
import { createVerifications } from '#proofing/verifications.ts';
import { createWaitingEnrolments } from '#proofing/waiting-enrolments.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import { openRegisters } from './registers.ts';

/** Enrolments begun from one network in an hour: a registration hall or a dormitory behind one address. */
const BEGINS = { name: 'enrolment:begins', attempts: 600, withinMs: HOUR };
/** Messages to one number that nobody has proven; each tells that an enrolment can go on. */
const NOTICES = { name: 'enrolment:notices', attempts: 3, withinMs: 24 * HOUR };
const RECOVERY_BEGINS = { ...BEGINS, name: 'recovery:begins' };
/** The right code is clicked once; guessing one of a million million is not for a person. */
const STOPS = { name: 'recovery:stops', attempts: 30, withinMs: HOUR };
/** As one-time-codes has it, and a moment more: its own wait must be over by then. */
const RESENDS = {
  name: 'recovery:resends',
  free: 0,
  withinMs: 30 * MINUTE,
  firstWaitMs: 62 * SECOND,
  longestWaitMs: 15 * MINUTE,
};
/** A citizen who waits looks at the page every half minute. */
const LOOK_EVERY = 5 * SECOND;

type Needs = {
  people: People;
  /** Signs a citizen out everywhere. */
  endSessions(citizenId: string): Promise<unknown>;
};

/** How people get accounts, and back into them: outside services, journeys, evidence, and the worker for those who wait. */
export async function createProofing(foundation: Foundation, { people, endSessions }: Needs) {
  const { settings, clock, log, metrics, database, redis, state, sealerFor, stateHash, lookupHash, audit } = foundation;
  const { citizens, credentialProofs: proofs, oneTimeCodes: codes, textMessages } = people;
  const registers = openRegisters(foundation);
  const rateLimits = createRateLimits(redis === undefined ? {} : { redis });
  const sealer = await sealerFor('citizens');
  const evidence = createEvidenceStore({ database, clock });
  const claims = createPersonClaims({ database, lookupHash, clock });
  const journeys = { database, sealer, lookupHash, clock };
  const enrolmentsStore = createJourneysStore({ kind: 'enrolment', shape: enrolmentDraftShape, ...journeys });
  const recoveriesStore = createJourneysStore({ kind: 'recovery', shape: recoveryDraftShape, ...journeys });
  const verifications = createVerifications({
    registry: createCivilRegistry({ service: registers.civilRegistry, digest: lookupHash, clock }),
    ownership: createMobileOwnership({ service: registers.mobileOwnership, digest: lookupHash, clock }),
    evidence,
  });
  const tries = (name: string) => createTries({ name, rateLimits, keyedHash: stateHash });
  const forgetFactors = createForgetFactors({ ...people, devices: people.rememberedDevices, proofs });

  const accountMark = createAccountMark(people);

  const rules = createEnrolmentRules({
    verifications,
    codes,
    claims,
    citizens,
    proofs,
    setPassword: people.setPassword,
    passkeys: people.passkeys,
    forgetFactors,
    evidence,
    accountMark,
    audit,
    clock,
    findAccount: createFindAccount({ citizens, textMessages, audit, link: `${settings.issuer}/recover` }),
    identityTries: tries('enrolment:identity'),
    ownershipTries: tries('enrolment:ownership'),
  });

  const recoveries = createRecoveries({
    store: recoveriesStore,
    rules: createRecoveryRules({
      ...people,
      store: recoveriesStore,
      verifications,
      codes,
      proofs,
      devices: people.rememberedDevices,
      forgetFactors,
      accountMark,
      evidence,
      audit,
      clock,
      endSessions,
      resends: rateLimits.createGrowingWait(RESENDS),
      tries: tries('recovery:identity'),
      ownershipTries: tries('recovery:ownership'),
      stopLink: (code) => `${settings.issuer}/recover/stop?code=${code}`,
    }),
    begins: rateLimits.createQuota(RECOVERY_BEGINS),
    stops: rateLimits.createQuota(STOPS),
    passkeys: people.passkeys,
    audit,
    keyedHash: stateHash,
    clock,
    onError: (error) => log.error({ err: error }, 'a recovery could not go on after its answer'),
  });

  metrics.gauge('panjereh_enrolments_waiting', 'Enrolments that wait for an outside service to come back.', () =>
    enrolmentsStore.countWaiting().catch(() => Number.NaN),
  );
  const worker = startProofingWorker({
    waiting: createWaitingEnrolments({
      store: enrolmentsStore,
      verifications,
      textMessages,
      notices: rateLimits.createQuota(NOTICES),
      keyedHash: stateHash,
      clock,
      link: `${settings.issuer}/enrol`,
    }),
    prune: () => Promise.all([enrolmentsStore, recoveriesStore, claims, evidence].map((store) => store.prune())),
    clock,
    everyMs: LOOK_EVERY,
    onRound: (round) => log.info(round, 'enrolments that waited were asked about again'),
    onError: (error) => log.error({ err: error }, 'enrolments that wait could not be worked on'),
  });

  return {
    evidence,
    recoveries,
    phoneChange: createPhoneChange({
      citizens,
      verifications,
      codes,
      proofs,
      evidence,
      textMessages,
      tries: tries('account:ownership'),
      store: state,
      sealer,
      keyedHash: stateHash,
      audit,
    }),
    enrolments: createEnrolments({
      store: enrolmentsStore,
      rules,
      begins: rateLimits.createQuota(BEGINS),
      passkeys: people.passkeys,
      recoveryCodes: people.recoveryCodes,
      proofs,
      citizens,
      accountMark,
      audit,
      keyedHash: stateHash,
      clock,
    }),
    async close() {
      await Promise.all([worker.stop(), recoveries.settled()]);
      await registers.close();
    },
  };
}
