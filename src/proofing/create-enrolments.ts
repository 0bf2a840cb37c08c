import type { AuditEvents } from '#audit/events.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { RecoveryCodes } from '#citizens/recovery-codes.ts';
import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { AccountMark } from './account-mark.ts';
import { citizenOf } from './credential-steps.ts';
import type { EnrolmentAt, EnrolmentOutcome, Enrolments } from './enrolment.ts';
import { type EnrolmentDraft, type EnrolmentJourney, viewOf } from './enrolment-draft.ts';
import { type EnrolmentResult, type EnrolmentRules, enrolmentBindingOf } from './enrolment-rules.ts';
import type { RegisteredName, StepFrom } from './journey.ts';
import type { JourneyChange, JourneysStore } from './journeys-store.ts';
import { FIRST_WAIT } from './waiting-retries.ts';

type EnrolmentsNeeds = {
  store: Pick<JourneysStore<EnrolmentDraft>, 'find' | 'create' | 'save'>;
  rules: EnrolmentRules;
  begins: QuotaLimit;
  passkeys: Pick<Passkeys, 'registrationOptions'>;
  recoveryCodes: Pick<RecoveryCodes, 'issue'>;
  proofs: Pick<CredentialProofs, 'issue'>;
  citizens: Pick<CitizensStore, 'findById'>;
  accountMark: AccountMark;
  audit: Pick<AuditEvents, 'proofingRefused'>;
  keyedHash: KeyedHash;
  clock: Clock;
};

/** A lunch break, a night, a phone that has to be charged. */
const RESUMABLE = 24 * HOUR;
const OVER: readonly EnrolmentAt[] = ['done', 'ended'];

export function createEnrolments(needs: EnrolmentsNeeds): Enrolments {
  const { store, rules, begins, passkeys, recoveryCodes, proofs, citizens, accountMark, audit, keyedHash, clock } =
    needs;

  return {
    async begin({ deviceSecret, resume, from }) {
      const known = await find(deviceSecret);
      if (known !== undefined && !OVER.includes(known.draft.at))
        return { outcome: 'begun', enrolment: viewOf(await resumed(known, resume)) };
      const taken = await begins.take(keyedHash(`enrolment-begins:${from.network}`));
      if (!taken.allowed) return { outcome: 'slow-down', retryAfterMs: taken.retryAfterMs };
      const draft: EnrolmentDraft = {
        at: 'identity',
        language: from.language,
        ...(resume !== undefined && { resume }),
      };
      const journey = await store.create({ deviceSecret, draft, expiresAt: clock.now() + RESUMABLE });
      return { outcome: 'begun', enrolment: viewOf(journey) };
    },

    async find(deviceSecret) {
      const journey = await find(deviceSecret);
      return journey && viewOf(journey);
    },

    async act(deviceSecret, step, from) {
      const found = await find(deviceSecret);
      if (found === undefined) return { outcome: 'not-now' };
      const { from: places, isExclusive, take } = rules[step.step];
      if (!places.includes(found.draft.at)) return { outcome: 'not-now', enrolment: viewOf(found) };
      // Whoever saves first has the step for themselves: the other tab finds another version.
      const journey = isExclusive ? await store.save(found, { draft: found.draft }) : found;
      if (journey === undefined) return overtaken(deviceSecret);
      const result = await take(journey, step, from);
      if (result.come === 'refuse')
        await audit.proofingRefused({
          journey: 'enrolment',
          step: step.step,
          reason: result.reason,
          network: from.network,
          citizenId: journey.draft.citizenId,
        });
      return settle({ deviceSecret, journey, result, from });
    },

    async passkeyOptions(deviceSecret) {
      const journey = await find(deviceSecret);
      if (journey?.draft.at !== 'passkey') return undefined;
      const citizen = { id: citizenOf(journey.draft), ...registeredOf(journey.draft) };
      return passkeys.registrationOptions({ citizen, binding: enrolmentBindingOf(journey) });
    },

    async issueRecoveryCodes(deviceSecret) {
      const journey = await find(deviceSecret);
      if (journey?.draft.at !== 'recovery-codes') return undefined;
      const [citizenId, binding] = [citizenOf(journey.draft), enrolmentBindingOf(journey)];
      const proof = await proofs.issue({ citizenId, purpose: 'issue-recovery-codes', binding });
      return recoveryCodes.issue({ citizenId, proof, binding, isEnrolment: true });
    },
  };

  /**
   * What was left open is over once the account was changed by any other way: whoever sits there adds nothing to an
   * account whose owner has taken another password, or said that something was not them.
   */
  async function find(deviceSecret: string): Promise<EnrolmentJourney | undefined> {
    const journey = await store.find(deviceSecret);
    const { at, citizenId, accountMark: mark } = journey?.draft ?? {};
    if (citizenId === undefined || mark === undefined || at === 'done') return journey;
    const citizen = await citizens.findById(citizenId);
    return citizen !== undefined && (await accountMark(citizen)) === mark ? journey : undefined;
  }

  /** What a step comes to is saved before it is told; where another tab was faster, what is told is where that led. */
  async function settle({ deviceSecret, journey, result, from }: Settled): Promise<EnrolmentOutcome> {
    const draft = result.draft && forgetting({ ...result.draft, language: from.language });
    const saved = draft === undefined ? journey : await store.save(journey, changeOf(result, draft));
    if (saved === undefined) return overtaken(deviceSecret);
    const enrolment = viewOf(saved);
    switch (result.come) {
      case 'go':
        return {
          outcome: 'moved',
          enrolment,
          ...(result.signIn !== undefined && { signIn: result.signIn }),
          ...(result.resendInMs !== undefined && { resendInMs: result.resendInMs }),
          ...(result.isLate === true && { isLate: true }),
        };
      case 'wait':
        return { outcome: 'waiting', enrolment };
      case 'refuse': {
        const { come: _, draft: __, ...refusal } = result;
        return { outcome: 'refused', enrolment, ...refusal };
      }
    }
  }

  async function overtaken(deviceSecret: string): Promise<EnrolmentOutcome> {
    const now = await find(deviceSecret);
    return { outcome: 'not-now', ...(now !== undefined && { enrolment: viewOf(now) }) };
  }

  function changeOf(result: EnrolmentResult, draft: EnrolmentDraft): JourneyChange<EnrolmentDraft> {
    if (result.come === 'wait') return { draft, askAgainAt: clock.now() + FIRST_WAIT };
    if (result.come === 'refuse') return { draft };
    return {
      draft,
      ...(result.expiresAt !== undefined && { expiresAt: result.expiresAt }),
      ...(result.alongside !== undefined && { alongside: result.alongside }),
    };
  }

  /** Who comes from another university goes back to that one. */
  async function resumed(journey: EnrolmentJourney, resume: EnrolmentDraft['resume']): Promise<EnrolmentJourney> {
    if (resume === undefined) return journey;
    const draft = { ...journey.draft, resume };
    return (await store.save(journey, { draft })) ?? journey;
  }
}

type Settled = { deviceSecret: string; journey: EnrolmentJourney; result: EnrolmentResult; from: StepFrom };

/** What ended without an account keeps no data of a person. */
function forgetting({ person, phone, ...draft }: EnrolmentDraft): EnrolmentDraft {
  if (draft.at === 'ended') return draft;
  return { ...draft, ...(person !== undefined && { person }), ...(phone !== undefined && { phone }) };
}

function registeredOf(draft: EnrolmentDraft): RegisteredName {
  const registered = draft.person?.registered;
  if (registered === undefined) throw new Error('an enrolment got this far without a name');
  return registered;
}
