import type { Citizen } from './citizen.ts';
import type { NationalCode } from './national-code.ts';
import type { OneTimeCodes } from './one-time-codes.ts';
import type { Puzzle } from './puzzle.ts';
import type { AttemptFrom, SignInAttempts } from './sign-in-attempts.ts';

/**
 * What a try at a password has to come with after several wrong ones, on every page that takes one from somebody who is
 * not signed in: a solved puzzle, or without script a code by SMS. It is the same for a national code that nobody has.
 */
export type PuzzleGate = {
  /** For the next try, as JSON; undefined while none is asked for. */
  challengeFor(from: AttemptFrom): Promise<string | undefined>;
  isSolved(a: { place: string; nationalCode: NationalCode; puzzle: string; code: string }): Promise<boolean>;
  /**
   * Only where a puzzle is asked for, so that a page alone makes nobody's phone ring. Whose number it is, is looked up
   * long after the answer has left: neither what is said nor its time tells who exists.
   */
  sendCode(to: AttemptFrom & { place: string; language: 'fa' | 'en' }): Promise<void>;
};

type PuzzleGateNeeds = {
  puzzle: Puzzle;
  wantsPuzzle: SignInAttempts['wantsPuzzle'];
  oneTimeCodes: Pick<OneTimeCodes, 'sendUnseen' | 'check'>;
  findByNationalCode(code: NationalCode): Promise<Pick<Citizen, 'phone'> | undefined>;
  onError(error: unknown): void;
  later?: (send: () => void) => void;
};

export function createPuzzleGate(needs: PuzzleGateNeeds): PuzzleGate {
  const { puzzle, wantsPuzzle, oneTimeCodes, findByNationalCode, onError, later = afterTheAnswer } = needs;
  /** For this national code alone: nobody gets past it with a code that came to their own number. */
  const placeOf = (place: string, nationalCode: NationalCode) => ({
    purpose: 'puzzle-way' as const,
    binding: `${place}:${nationalCode}`,
  });

  return {
    async challengeFor(from) {
      return (await wantsPuzzle(from)) ? JSON.stringify(await puzzle.create()) : undefined;
    },

    async isSolved({ place, nationalCode, puzzle: solution, code }) {
      if (solution !== '' && (await puzzle.check(solution)) === 'solved') return true;
      if (code === '') return false;
      return (await oneTimeCodes.check({ ...placeOf(place, nationalCode), code })).outcome === 'right';
    },

    async sendCode({ place, language, ...from }) {
      if (!(await wantsPuzzle(from))) return;
      const { nationalCode, network } = from;
      const send = async () => {
        const phone = (await findByNationalCode(nationalCode))?.phone;
        await oneTimeCodes.sendUnseen({ ...placeOf(place, nationalCode), phone, network, language });
      };
      later(() => void send().catch(onError));
    },
  };
}

/** Milliseconds: an answer takes a tenth of it. */
const SENT_AFTER = 100;

function afterTheAnswer(send: () => void): void {
  setTimeout(send, SENT_AFTER).unref();
}
