import { HOUR } from '#platform/durations.ts';
import type { Done, Refused } from '#signing-keys/perform-act.ts';
import type { RevocationAsked } from '#signing-keys/revocation.ts';
import { COOKIES } from '#signing-keys/states.ts';
import type { AlgorithmStatus, RingStatus } from '#signing-keys/status.ts';
import type { KeysWords } from './keys-words-fa.ts';

type OpenRequest = { kid: string; person: string; reason: string };

/** What the ring is, and what it is about to do, in sentences. */
export function statusInWords(status: RingStatus & { openRequests: readonly OpenRequest[] }, words: KeysWords): string {
  return [
    ...status.algorithms.flatMap((it) => algorithmInWords(it, words)),
    ...(status.cookies ? cookiesInWords(status.cookies, words) : []),
    ...status.retiring.map((it) => (it.alg === COOKIES ? words.cookiesRetiring(it) : words.retiring(it))),
    ...status.revoked.map(words.revoked),
    ...status.openRequests.map(words.openRequest),
    ...(status.frozen ? [words.frozen(status.frozen)] : []),
  ].join('\n');
}

function algorithmInWords({ alg, signing, standby, next, revocation }: AlgorithmStatus, words: KeysWords): string[] {
  return [
    signing ? words.signs({ alg, ...signing }) : words.nobodySigns({ alg }),
    standbyInWords(standby, words),
    ...(next ? [nextInWords(next, words)] : []),
    ...(signing ? [revocationInWords(revocation, words)] : []),
  ];
}

function cookiesInWords({ signing, standby, next }: AlgorithmStatus, words: KeysWords): string[] {
  return [
    ...(signing ? [words.cookiesSigned(signing)] : []),
    cookieStandbyInWords(standby, words),
    ...(next ? [nextInWords(next, words)] : []),
    words.cookieRevocation(),
  ];
}

function cookieStandbyInWords(standby: AlgorithmStatus['standby'], words: KeysWords): string {
  if (standby === undefined) return words.noStandby();
  const { kid, everywhereAt } = standby;
  return standby.isEverywhere
    ? words.cookieStandby({ kid, since: everywhereAt })
    : words.cookieStandbyTravelling({ kid, from: everywhereAt });
}

function standbyInWords(standby: AlgorithmStatus['standby'], words: KeysWords): string {
  if (standby === undefined) return words.noStandby();
  const { kid, everywhereAt } = standby;
  return standby.isEverywhere
    ? words.standbyEverywhere({ kid, since: everywhereAt })
    : words.standbyTravelling({ kid, from: everywhereAt });
}

function nextInWords(next: NonNullable<AlgorithmStatus['next']>, words: KeysWords): string {
  const hours = Math.floor(next.lateMs / HOUR);
  return hours > 0 ? words.lateRotation({ ...next, hours }) : words.nextRotation(next);
}

function revocationInWords(cost: AlgorithmStatus['revocation'], words: KeysWords): string {
  const minutes = Math.ceil(cost.tokensLostSeconds / 60);
  if (cost.refusedUntil === undefined) return words.seamlessRevocation({ minutes, until: cost.trustedUntil });
  return words.costlyRevocation({ minutes, until: cost.trustedUntil, refusedUntil: cost.refusedUntil });
}

export function problemsInWords(problems: readonly string[], words: KeysWords): string[] {
  return problems.length === 0 ? [] : [words.unsound(), ...problems.map((it) => `  ${it}`)];
}

export type ActAnswer = Done | Refused | RevocationAsked;

/** An act's answer in words; a rehearsal wrote nothing. */
export function answerInWords(
  answer: ActAnswer,
  { words, isRehearsal }: { words: KeysWords; isRehearsal: boolean },
): string {
  switch (answer.outcome) {
    case 'done':
      return [isRehearsal ? words.rehearsal() : words.done(answer), ...answer.steps.map(words.step)].join('\n');
    case 'requested':
      return [...(isRehearsal ? [words.rehearsal()] : []), words.requested(answer)].join('\n');
    case 'already-requested':
      return words.alreadyRequested(answer);
    case 'same-person':
      return words.samePerson(answer);
    case 'standby-not-everywhere':
      return words.standbyNotEverywhere(answer);
    case 'frozen':
      return words.inFreeze(answer.freeze);
    default:
      return words.refused(answer.outcome);
  }
}
