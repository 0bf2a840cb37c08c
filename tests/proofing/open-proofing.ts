import { createAuditEvents } from '#audit/events.ts';
import { createAuthenticate } from '#citizens/authenticate.ts';
import { createSignInAttempts } from '#citizens/sign-in-attempts.ts';
import { HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { OutsideAnswer, OutsideCall } from '#platform/outside-service.ts';
import { createAccountMark } from '#proofing/account-mark.ts';
import { createCivilRegistry } from '#proofing/civil-registry.ts';
import { createEnrolments } from '#proofing/create-enrolments.ts';
import { createRecoveries } from '#proofing/create-recoveries.ts';
import { enrolmentDraftShape } from '#proofing/enrolment-draft.ts';
import type { EnrolmentRules } from '#proofing/enrolment-rules.ts';
import { createEnrolmentRules } from '#proofing/enrolment-steps.ts';
import { createEvidenceStore } from '#proofing/evidence-store.ts';
import { createFindAccount } from '#proofing/existing-account.ts';
import { createForgetFactors } from '#proofing/forget-factors.ts';
import { createJourneysStore } from '#proofing/journeys-store.ts';
import { createMobileOwnership } from '#proofing/mobile-ownership.ts';
import { createPersonClaims } from '#proofing/person-claims-store.ts';
import { recoveryDraftShape } from '#proofing/recovery-draft.ts';
import type { RecoveryRules } from '#proofing/recovery-rules.ts';
import { createRecoveryRules } from '#proofing/recovery-steps.ts';
import { createTries } from '#proofing/tries.ts';
import { createVerifications, type Verifications } from '#proofing/verifications.ts';
import { createWaitingEnrolments } from '#proofing/waiting-enrolments.ts';
import { openFactors } from '#tests/citizens/open-factors.ts';

/** Somebody as the civil registry and the mobile operators know them. */
export type Registered = {
  nationalCode: string;
  birthDate: string;
  givenName: string;
  familyName: string;
  isDeceased?: boolean;
  phones: readonly string[];
};

export type OpenProofing = Awaited<ReturnType<typeof openProofing>>;

/** What a test takes away from the machine, to see whether it would be noticed. */
export type Weakened = {
  rules?(rules: EnrolmentRules): EnrolmentRules;
  recoveryRules?(rules: RecoveryRules): RecoveryRules;
  enrolmentsStore?(store: EnrolmentsStore): EnrolmentsStore;
  recoveriesStore?(store: RecoveriesStore): RecoveriesStore;
  verifications?(verifications: Verifications): Verifications;
  needs?(needs: EnrolmentNeeds): EnrolmentNeeds;
  endSessions?(citizenId: string): Promise<void>;
};

type EnrolmentNeeds = Parameters<typeof createEnrolmentRules>[0];
type EnrolmentsStore = ReturnType<typeof createJourneysStore<typeof enrolmentDraftShape._output>>;
export type RecoveriesStore = ReturnType<typeof createJourneysStore<typeof recoveryDraftShape._output>>;

/** The whole room on the factors' own test stores. The outside world answers here, and is as broken as it is told to be. */
export async function openProofing(stores: Parameters<typeof openFactors>[0] = {}) {
  const factors = await openFactors(stores);
  const { database, clock, citizens, store: state, keyedHash, sealer, rateLimits, knownDevices } = factors;
  const { heard, textMessages, proofs, devices } = factors;
  const audit = createAuditEvents(async (event) => void heard.push(event));
  const people: Registered[] = [];
  const isDown = { 'civil-registry': false, 'mobile-ownership': false };
  const endedSessions: string[] = [];

  const outside = (name: keyof typeof isDown, answer: (asked: Record<string, string>) => object) => ({
    async call({ body }: OutsideCall): Promise<OutsideAnswer> {
      if (isDown[name]) return { outcome: 'unavailable', reason: 'circuit-open' };
      const asked = Object.fromEntries(Object.entries(Object(body)).map(([key, value]) => [key, String(value)]));
      return { outcome: 'answered', status: 200, body: { transactionId: 'transaction', ...answer(asked) } };
    },
  });
  const registry = createCivilRegistry({
    service: outside('civil-registry', ({ nationalCode, birthDate }) => {
      const person = people.find((one) => one.nationalCode === nationalCode && one.birthDate === birthDate);
      if (person === undefined) return { result: 'no-match' };
      const { givenName, familyName } = person;
      return person.isDeceased ? { result: 'deceased' } : { result: 'matched', person: { givenName, familyName } };
    }),
    digest: keyedHash,
    clock,
  });
  const ownership = createMobileOwnership({
    service: outside('mobile-ownership', ({ nationalCode, mobileNumber }) => {
      const owner = people.find(({ phones }) => phones.some((phone) => phone === mobileNumber));
      return { result: owner?.nationalCode === nationalCode ? 'owner' : 'somebody-else' };
    }),
    digest: keyedHash,
    clock,
  });

  /** New objects on the same stores, as after a restart. */
  function start(weakened: Weakened = {}) {
    const evidence = createEvidenceStore({ database, clock });
    const shared = { database, sealer, lookupHash: keyedHash, clock };
    const plain = createJourneysStore({ kind: 'enrolment', shape: enrolmentDraftShape, ...shared });
    const enrolmentsStore = weakened.enrolmentsStore?.(plain) ?? plain;
    const plainRecoveries = createJourneysStore({ kind: 'recovery', shape: recoveryDraftShape, ...shared });
    const recoveriesStore = weakened.recoveriesStore?.(plainRecoveries) ?? plainRecoveries;
    const asked = createVerifications({ registry, ownership, evidence });
    const verifications = weakened.verifications?.(asked) ?? asked;
    const claims = createPersonClaims({ database, lookupHash: keyedHash, clock });
    const tries = (name: string) => createTries({ name, rateLimits, keyedHash });
    const forgetFactors = createForgetFactors({ ...factors, devices, proofs });
    const quota = (name: string) => rateLimits.createQuota({ name, attempts: 10_000, withinMs: HOUR });
    const accountMark = createAccountMark({ citizens });
    const needs: EnrolmentNeeds = {
      ...{ verifications, codes: factors.codes, claims, citizens, proofs, forgetFactors, evidence, audit, clock },
      ...{ setPassword: factors.setPassword, passkeys: factors.passkeys, accountMark },
      findAccount: createFindAccount({ citizens, textMessages, audit, link: 'link' }),
      identityTries: tries('identity'),
      ownershipTries: tries('ownership'),
    };
    const rules = createEnrolmentRules(weakened.needs?.(needs) ?? needs);
    const passwords = {
      hash: async (password: string) => `hash of ${password}`,
      verify: async ({ hash, password }: { hash: string; password: string }) => hash === `hash of ${password}`,
    };
    const recoveryRules = createRecoveryRules({
      ...needs,
      passwords,
      ...{ citizens, verifications, audit, codes: factors.codes, passkeys: factors.passkeys },
      store: recoveriesStore,
      authenticate: createAuthenticate({
        citizens,
        findWithFactors: factors.room.findWithFactors,
        passwords,
        attempts: createSignInAttempts({ rateLimits, keyedHash, knownDevices }),
        audit,
      }),
      recoveryCodes: factors.recoveryCodes,
      secondFactorAttempts: factors.attempts,
      devices,
      textMessages,
      endSessions: weakened.endSessions ?? (async (citizenId) => void endedSessions.push(citizenId)),
      resends: rateLimits.createGrowingWait({
        ...{ name: 'resends', free: 0, withinMs: 30 * MINUTE, firstWaitMs: 62 * SECOND, longestWaitMs: 15 * MINUTE },
      }),
      tries: tries('recovery'),
      stopLink: (code) => `stop?code=${code}`,
    });
    return {
      enrolments: createEnrolments({
        ...{ store: enrolmentsStore, rules: weakened.rules?.(rules) ?? rules, begins: quota('begins') },
        ...{ passkeys: factors.passkeys, recoveryCodes: factors.recoveryCodes, proofs, audit, keyedHash, clock },
        ...{ citizens, accountMark },
      }),
      recoveries: createRecoveries({
        store: recoveriesStore,
        rules: weakened.recoveryRules?.(recoveryRules) ?? recoveryRules,
        ...{ begins: quota('recovery-begins'), stops: quota('stops'), passkeys: factors.passkeys },
        ...{ audit, keyedHash, clock },
        onError: (error) => {
          throw error;
        },
      }),
      waiting: createWaitingEnrolments({
        ...{ store: enrolmentsStore, verifications, textMessages, notices: quota('notices'), keyedHash, clock },
        link: 'enrol',
      }),
      evidence,
      claims,
      enrolmentsStore,
    };
  }

  return { ...factors, state, people, isDown, endedSessions, start };
}
