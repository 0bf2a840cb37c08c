import type { EnrolmentStep, EnrolmentView } from '#proofing/enrolment.ts';
import type { RecoveryKind, RecoveryStep, RecoveryView } from '#proofing/recovery.ts';
import type { Actor, ModelPeople, Name } from './model-people.ts';

/** What is typed, where something is: out of everything that is known to anybody. */
export type Picks = {
  person: Name;
  phone: number;
  owner: Name;
  kind: RecoveryKind;
  isRightBirthDate: boolean;
  /** Gives the person's own number, whose messages may be read by somebody else. */
  isTheirNumber: boolean;
  code: 'newest' | 'older' | 'guess';
};

type Needs = { people: ModelPeople; messagesOf(actor: Actor): string[]; now(): number };

/** What somebody types: honestly, the next thing that is asked; otherwise whatever was picked. */
export function createModelSteps({ people, messagesOf, now }: Needs) {
  return { enrolmentStep, honestEnrolment, recoveryStep, honestRecovery };

  function codeOf(actor: Actor, which: Picks['code']): string {
    const codes = messagesOf(actor).flatMap((text) => /^\d{6}/.exec(text)?.[0] ?? []);
    if (which === 'guess') return '000000';
    return codes.at(which === 'newest' ? -1 : -2) ?? '000000';
  }

  function numberOf(actor: Actor, { person, isTheirNumber }: Picks): string {
    const theirs = isTheirNumber ? people.all[person].phones.at(-1) : undefined;
    return theirs ?? people.reads[actor].at(-1) ?? '';
  }

  function identityOf({ person, isRightBirthDate }: Picks) {
    const { nationalCode, birthDate } = people.all[person];
    return { step: 'identity' as const, nationalCode, birthDate: isRightBirthDate ? birthDate : '2003-06-26' };
  }

  function enrolmentStep(step: EnrolmentStep['step'], pick: Picks, actor: Actor): EnrolmentStep {
    switch (step) {
      case 'identity':
        return identityOf(pick);
      case 'phone':
        return { step, phone: people.phones[pick.phone % people.phones.length] ?? '' };
      case 'phone-owner':
        return { step, ownerNationalCode: people.all[pick.owner].nationalCode };
      case 'phone-code':
        return { step, code: codeOf(actor, pick.code) };
      case 'password':
        return { step, password: `chosen by ${actor} at ${now()}` };
      case 'passkey':
        return { step, response: {}, name: 'made up' };
      default:
        return { step };
    }
  }

  /** What an honest person, or a thief in no hurry, does next where they are. */
  function honestEnrolment(view: EnrolmentView | undefined, pick: Picks, actor: Actor): EnrolmentStep {
    const own = numberOf(actor, pick);
    const owner = Object.values(people.all).find(({ phones }) => phones.includes(own));
    switch (view?.at) {
      case 'phone':
      case 'waiting':
        return { step: 'phone', phone: own };
      case 'phone-owner':
        return { step: 'phone-owner', ownerNationalCode: owner?.nationalCode ?? '' };
      case 'phone-code':
        return view.isCodeSent ? { step: 'phone-code', code: codeOf(actor, 'newest') } : { step: 'send-code-again' };
      case 'password':
        return enrolmentStep('password', pick, actor);
      case 'passkey':
        return { step: 'passkey-skipped' };
      case 'recovery-codes':
        return { step: 'recovery-codes-kept' };
      default:
        return identityOf({ ...pick, isRightBirthDate: true });
    }
  }

  function recoveryStep(step: RecoveryStep['step'], pick: Picks, actor: Actor): RecoveryStep {
    switch (step) {
      case 'identity':
        return identityOf(pick);
      case 'code':
      case 'phone-code':
        return { step, code: codeOf(actor, pick.code) };
      case 'known-password': {
        const { nationalCode } = people.all[pick.person];
        return {
          step,
          nationalCode,
          password: people.password(actor, pick.person),
          device: undefined,
          hasSolvedPuzzle: true,
        };
      }
      case 'recovery-code':
        return { step, code: people.recoveryCodes[actor]?.[pick.phone] ?? '1234 5678 9012 3456' };
      case 'passkey':
        return { step, response: {} };
      case 'phone':
        return { step, phone: people.phones[pick.phone % people.phones.length] ?? '' };
      case 'password':
        return { step, password: `chosen by ${actor} at ${now()}` };
      default:
        return { step };
    }
  }

  function honestRecovery(view: RecoveryView | undefined, pick: Picks, actor: Actor): RecoveryStep {
    switch (view?.at) {
      case 'code':
        return { step: 'code', code: codeOf(actor, 'newest') };
      case 'known-password':
        return recoveryStep('known-password', pick, actor);
      case 'second-proof':
        return recoveryStep('recovery-code', pick, actor);
      case 'phone':
        return { step: 'phone', phone: numberOf(actor, pick) };
      case 'phone-code':
        return { step: 'phone-code', code: codeOf(actor, 'newest') };
      case 'waiting-period':
      case 'password':
        return recoveryStep('password', pick, actor);
      default:
        return identityOf({ ...pick, isRightBirthDate: true });
    }
  }
}
