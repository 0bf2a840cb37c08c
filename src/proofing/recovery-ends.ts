import { randomInt } from 'node:crypto';
import type { AuditEvents } from '#audit/events.ts';
import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import type { PasswordPool } from '#citizens/password-pool.ts';
import { checkNewPassword } from '#citizens/password-rules.ts';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';
import type { SetPassword } from '#citizens/set-password.ts';
import type { TextMessages } from '#citizens/text-messages.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import type { AccountMark } from './account-mark.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { ForgetFactors } from './forget-factors.ts';
import type { StepFrom } from './journey.ts';
import type { JourneysStore } from './journeys-store.ts';
import type { RecoveryDraft, RecoveryJourney } from './recovery-draft.ts';
import {
  Overtaken,
  type RecoveryResult,
  recoveringCitizen,
  recoveryBindingOf,
  recoveryRule,
} from './recovery-rules.ts';

export type RecoveryEndsNeeds = {
  citizens: Pick<CitizensStore, 'findById' | 'findByNationalCode' | 'changePhone' | 'passwordHashOf'>;
  passwords: Pick<PasswordPool, 'verify'>;
  proofs: Pick<CredentialProofs, 'issue'>;
  setPassword: SetPassword;
  forgetFactors: ForgetFactors;
  devices: Pick<RememberedDevices, 'forgetAll'>;
  accountMark: AccountMark;
  textMessages: Pick<TextMessages, 'owe'>;
  evidence: Pick<EvidenceStore, 'attach'>;
  store: Pick<JourneysStore<RecoveryDraft>, 'save' | 'removeOthersOf'>;
  audit: Pick<AuditEvents, 'recoveryWaits' | 'recoveryCompleted'>;
  /**
   * Signs the citizen out everywhere: before the change, so that none outlives it when this fails, and after it, for
   * whoever signed in between.
   */
  endSessions(citizenId: string): Promise<unknown>;
  clock: Clock;
  /** Where the old number's owner stops a recovery. */
  stopLink(code: string): string;
};

/** Time for whoever has the old number to read a message and stop what they did not ask for. */
const WAITING_PERIOD = 24 * HOUR;
/** And then for the citizen to come back. */
const READY_FOR = 2 * DAY;

/** What a recovery does once it has its proofs: a waiting period, a new number, a new password. */
export function createRecoveryEnds(needs: RecoveryEndsNeeds) {
  const {
    citizens,
    passwords,
    proofs,
    setPassword,
    forgetFactors,
    devices,
    textMessages,
    evidence,
    store,
    audit,
    clock,
  } = needs;

  return {
    async onNumberProven(
      journey: RecoveryJourney,
      { draft, from }: { draft: RecoveryDraft; from: StepFrom },
    ): Promise<RecoveryResult> {
      return draft.kind === 'lost-phone' ? replacePhone(journey, { draft, from }) : beginWaiting({ draft, from });
    },

    password: recoveryRule(
      'password',
      ['password'],
      async (journey, { password }, { network }) => {
        const { draft } = journey;
        if (draft.isFinishing === true && draft.kind === 'forgotten-password')
          return finish(journey, { network, holds: (citizen) => isTheirs(citizen, password) });
        const citizen = await usableCitizen(draft);
        if (citizen === undefined) return notPossible(draft);
        const refusal = checkNewPassword({ password, about: citizen });
        if (refusal !== undefined) return { come: 'refuse', reason: refusal };

        await needs.endSessions(citizen.id);
        const binding = recoveryBindingOf(journey);
        const proof = await proofs.issue({ citizenId: citizen.id, purpose: 'set-password', binding });
        // First of all, because it alone can be refused: until then the account is as it was, and from then on whatever
        // fails is made up for by the next try.
        let finishing = journey;
        const set = await setPassword({
          ...{ citizenId: citizen.id, password, proof, binding },
          async alongside(transaction) {
            finishing = await beginFinishing(journey, transaction);
          },
        });
        if (set.outcome === 'refused') {
          if (set.reason === 'no-proof') throw new Error('the proof of a recovery was not accepted');
          return { come: 'refuse', reason: set.reason };
        }
        if (draft.kind === 'lost-everything') {
          await forgetFactors(citizen.id);
          await savePhone(citizen, draft);
        }
        return completed(finishing, { draft, citizenId: citizen.id, network });
      },
      { isExclusive: true },
    ),
  };

  /** In one transaction with the first change: a stop comes before both or after both. */
  async function beginFinishing(journey: RecoveryJourney, transaction: Database): Promise<RecoveryJourney> {
    const saved = await store.save(journey, { draft: { ...journey.draft, isFinishing: true } }, transaction);
    if (saved === undefined) throw new Overtaken();
    return saved;
  }

  async function replacePhone(
    journey: RecoveryJourney,
    { draft, from }: { draft: RecoveryDraft; from: StepFrom },
  ): Promise<RecoveryResult> {
    const { network } = from;
    if (draft.isFinishing === true)
      return finish(journey, { network, holds: async ({ phone }) => phone === draft.phone?.number });
    const citizen = await usableCitizen(draft);
    if (citizen === undefined || draft.secondProofAt === undefined) return notPossible(draft);
    await needs.endSessions(citizen.id);
    let finishing = journey;
    await savePhone(citizen, draft, async (transaction) => {
      finishing = await beginFinishing({ ...journey, draft }, transaction);
    });
    await devices.forgetAll(citizen.id);
    return completed(finishing, { draft, citizenId: citizen.id, network });
  }

  /**
   * A try before this one changed the account and then failed. Its proofs are used up, so nothing is changed again: what
   * was left undone is done if the change still holds, and is asked about once, lest somebody tries passwords here.
   */
  async function finish(
    journey: RecoveryJourney,
    { network, holds }: { network: string; holds(citizen: Citizen): Promise<boolean> },
  ): Promise<RecoveryResult> {
    const { draft } = journey;
    const citizen = await citizens.findById(recoveringCitizen(draft));
    if (citizen === undefined || !mayUseAccount(citizen)) return notPossible(draft);
    if (!(await holds(citizen))) return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'already-changed' } };
    await devices.forgetAll(citizen.id);
    return completed(journey, { draft, citizenId: citizen.id, network });
  }

  async function isTheirs({ id }: Citizen, password: string): Promise<boolean> {
    const hash = await citizens.passwordHashOf(id);
    return hash !== undefined && (await passwords.verify({ hash, password }));
  }

  async function beginWaiting({ draft, from }: { draft: RecoveryDraft; from: StepFrom }): Promise<RecoveryResult> {
    if (draft.person === undefined) throw new Error('a recovery waits for nobody');
    // Whoever is here has proven to be this person, so they may know how their account stands.
    const citizen = await citizens.findByNationalCode(draft.person.nationalCode);
    if (citizen === undefined || citizen.state === 'closed')
      return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'no-account' } };
    if (!mayUseAccount(citizen)) return notPossible(draft);
    const readyAt = clock.now() + WAITING_PERIOD;
    const stopCode = newStopCode();
    const { phone } = citizen;
    await audit.recoveryWaits({ citizenId: citizen.id, kind: draft.kind, network: from.network });
    return {
      come: 'go',
      draft: { ...draft, at: 'waiting-period', citizenId: citizen.id, readyAt },
      expiresAt: readyAt + READY_FOR,
      stopCode,
      ...(phone !== undefined && {
        alongside: (transaction) =>
          textMessages.owe(
            { to: phone, kind: 'recovery-begun', language: from.language, values: { link: needs.stopLink(stopCode) } },
            transaction,
          ),
      }),
    };
  }

  /** Both numbers hear of it: the old one because it may be the citizen's still. */
  async function savePhone(
    citizen: Citizen,
    { kind, phone }: RecoveryDraft,
    alongside?: (transaction: Database) => Promise<void>,
  ): Promise<void> {
    if (phone?.provenAt === undefined) throw new Error('a recovery would save a number that nobody proved');
    // The number says nothing about an identity that the registry never matched.
    const isMatched = kind === 'lost-everything' || citizen.identityLevel !== 'self-asserted';
    const identityLevel = isMatched ? 'registry-and-phone-matched' : 'self-asserted';
    const told = new Set([citizen.phone, phone.number].filter((number) => number !== undefined));
    const notice = { kind: 'factor-changed', values: { factor: 'phone', act: 'changed' } } as const;
    await citizens.changePhone(citizen.id, {
      phone: phone.number,
      identityLevel,
      async alongside(transaction) {
        for (const to of told)
          await textMessages.owe({ to, language: citizen.language ?? 'fa', ...notice }, transaction);
        await alongside?.(transaction);
      },
    });
  }

  async function completed(
    journey: RecoveryJourney,
    { draft, citizenId, network }: { draft: RecoveryDraft; citizenId: string; network: string },
  ): Promise<RecoveryResult> {
    await evidence.attach({ journeyId: journey.id, citizenId });
    await needs.endSessions(citizenId);
    await store.removeOthersOf({ citizenId, journeyId: journey.id });
    await audit.recoveryCompleted({ citizenId, kind: draft.kind, network });
    return { come: 'go', draft: { kind: draft.kind, at: 'done', citizenId }, journey };
  }

  /** As it stands now: locked, closed or changed by its owner since the recovery began, it is not opened by it. */
  async function usableCitizen(draft: RecoveryDraft): Promise<Citizen | undefined> {
    const citizen = await citizens.findById(recoveringCitizen(draft));
    if (citizen === undefined || !mayUseAccount(citizen)) return undefined;
    if (draft.kind === 'lost-everything') return citizen;
    return draft.accountMark === (await needs.accountMark(citizen)) ? citizen : undefined;
  }
}

function notPossible(draft: RecoveryDraft): RecoveryResult {
  return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'not-possible' } };
}

/** Twelve digits, because they are typed on every keyboard: 40 random bits, and the tries are counted. */
function newStopCode(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}
