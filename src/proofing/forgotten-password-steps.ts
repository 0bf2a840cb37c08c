import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import type { OneTimeCodes } from '#citizens/one-time-codes.ts';
import type { Clock } from '#platform/clock.ts';
import type { AccountMark } from './account-mark.ts';
import { readBirthDate } from './birth-date.ts';
import type { StepFrom } from './journey.ts';
import type { RecoveryDraft, RecoveryJourney } from './recovery-draft.ts';
import { type RecoveryResult, recoveryBindingOf } from './recovery-rules.ts';
import type { Tries } from './tries.ts';

export type ForgottenPasswordNeeds = {
  citizens: Pick<CitizensStore, 'findByNationalCode'>;
  codes: Pick<OneTimeCodes, 'sendUnseen' | 'check'>;
  resends: { take(key: string): Promise<{ allowed: true } | { allowed: false; retryAfterMs: number }> };
  tries: Tries;
  accountMark: AccountMark;
  clock: Clock;
};

/**
 * A code to the registered phone, for whoever knows national code and birth date. Whether there is such an account is
 * looked up only after the answer was given, so that neither what is said nor the time it takes can tell.
 */
export function createForgottenPassword(needs: ForgottenPasswordNeeds) {
  const { citizens, codes, resends, tries, accountMark, clock } = needs;
  return {
    async identify(
      { id, draft }: RecoveryJourney,
      typed: { nationalCode: string; birthDate: string },
      from: StepFrom,
    ): Promise<RecoveryResult> {
      const nationalCode = readNationalCode(typed.nationalCode);
      const birthDate = readBirthDate(typed.birthDate, clock);
      if (nationalCode === undefined || birthDate === undefined) return { come: 'refuse', reason: 'malformed' };
      const tried = await tries.take({ about: nationalCode, device: id, network: from.network });
      if (tried.outcome === 'slow-down')
        return { come: 'refuse', reason: 'slow-down', retryAfterMs: tried.retryAfterMs };
      await resends.take(id);
      return {
        come: 'go',
        draft: { ...draft, at: 'code', person: { nationalCode, birthDate } },
        unseen: (saved) => sendCode(saved, from),
      };
    },

    async sendAgain(journey: RecoveryJourney, from: StepFrom): Promise<RecoveryResult> {
      const taken = await resends.take(journey.id);
      if (!taken.allowed) return { come: 'refuse', reason: 'slow-down', retryAfterMs: taken.retryAfterMs };
      return { come: 'go', draft: journey.draft, unseen: (saved) => sendCode(saved, from) };
    },

    /** Wrong and run out are one answer: where nobody was sent a code there is none to run out. */
    async check(journey: RecoveryJourney, code: string): Promise<RecoveryResult> {
      const { draft } = journey;
      const checked = await codes.check({ ...codeOf(journey), code });
      if (checked.outcome !== 'right') return { come: 'refuse', reason: 'wrong-code' };
      const citizen = await ownerOf(draft);
      if (citizen === undefined || citizen.phone !== checked.phone) return { come: 'refuse', reason: 'wrong-code' };
      const proven = { citizenId: citizen.id, accountMark: await accountMark(citizen) };
      return { come: 'go', draft: { ...draft, at: 'password', ...proven } };
    },
  };

  async function sendCode(journey: RecoveryJourney, { network, language }: StepFrom): Promise<void> {
    const phone = (await ownerOf(journey.draft))?.phone;
    await codes.sendUnseen({ ...codeOf(journey), phone, network, language });
  }

  /** The citizen with this national code and this birth date, while the account may be used. */
  async function ownerOf({ person }: RecoveryDraft): Promise<Citizen | undefined> {
    if (person === undefined) throw new Error('a recovery asks for the account of nobody');
    const citizen = await citizens.findByNationalCode(person.nationalCode);
    const isTheirs = citizen !== undefined && citizen.birthDate === person.birthDate && mayUseAccount(citizen);
    return isTheirs ? citizen : undefined;
  }
}

function codeOf(journey: RecoveryJourney) {
  return { purpose: 'recovery' as const, binding: recoveryBindingOf(journey) };
}
