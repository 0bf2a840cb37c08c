import type { TextMessages } from '#citizens/text-messages.ts';
import type { Clock } from '#platform/clock.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { EnrolmentDraft, EnrolmentJourney } from './enrolment-draft.ts';
import type { JourneysStore } from './journeys-store.ts';
import { afterOwnership, personOf, phoneOf } from './phone-steps.ts';
import type { Verifications } from './verifications.ts';
import { waitAfter } from './waiting-retries.ts';

/** Asks again for those whose enrolment waits for an outside service, and tells them by SMS when there is an answer. */
export type WaitingEnrolments = {
  /** Takes what is due, oldest first. No two instances take the same one. */
  askDue(batch: number): Promise<WaitingRound>;
};

export type WaitingRound = { answered: number; unanswered: number };

type Needs = {
  store: Pick<JourneysStore<EnrolmentDraft>, 'takeWaiting' | 'save'>;
  verifications: Verifications;
  textMessages: Pick<TextMessages, 'owe'>;
  /** Messages to a number that nobody has proven yet. */
  notices: QuotaLimit;
  keyedHash: KeyedHash;
  clock: Clock;
  /** Where an enrolment goes on. */
  link: string;
};

export function createWaitingEnrolments(needs: Needs): WaitingEnrolments {
  const { store, verifications, textMessages, notices, keyedHash, clock, link } = needs;

  return {
    async askDue(batch) {
      const taken = await store.takeWaiting(batch);
      const isAnswered = await Promise.all(taken.map(({ journey, attempts }) => ask(journey, attempts)));
      const answered = isAnswered.filter((is) => is).length;
      return { answered, unanswered: taken.length - answered };
    },
  };

  async function ask(journey: EnrolmentJourney, attempts: number): Promise<boolean> {
    const draft = await answeredDraft(journey);
    if (draft.waitingFor !== undefined) {
      // What was learned on the way (the registry's answer, perhaps) is kept.
      await store.save(journey, { draft, askAgainAt: clock.now() + waitAfter(attempts) });
      return false;
    }
    const { phone } = journey.draft;
    const mayTell = phone !== undefined && (await notices.take(keyedHash(`enrolment-notice:${phone.number}`))).allowed;
    // The words are the same whatever the answer was: the number may be anybody's. Somebody who acted meanwhile wins.
    await store.save(journey, {
      draft,
      ...(mayTell && {
        alongside: (transaction) =>
          textMessages.owe(
            { to: phone.number, kind: 'enrolment-done', language: draft.language, values: { link } },
            transaction,
          ),
      }),
    });
    return true;
  }

  /** As far as the answers lead; `waitingFor` is still there when one of them did not come. */
  async function answeredDraft({ id, draft }: EnrolmentJourney): Promise<EnrolmentDraft> {
    const identified = draft.waitingFor === 'civil-registry' ? await askRegistry(id, draft) : draft;
    return identified.waitingFor === 'mobile-ownership' ? askOwnership(id, identified) : identified;
  }

  async function askRegistry(id: string, draft: EnrolmentDraft): Promise<EnrolmentDraft> {
    const { registered: _, ...person } = personOf(draft);
    const { waitingFor: __, ...rest } = draft;
    const answer = await verifications.identity(id, person);
    switch (answer.outcome) {
      case 'unavailable':
        return draft;
      case 'no-match':
        return { ...rest, at: 'identity', refusedMeanwhile: 'no-match' };
      case 'deceased':
        return { ...endedFrom(rest), endedBy: 'deceased' };
      case 'matched': {
        const matched = { ...rest, person: { ...person, registered: answer.person } };
        // A number that was given while waiting is verified next, without asking for it again.
        return draft.phone === undefined
          ? { ...matched, at: 'phone' }
          : { ...matched, at: 'waiting', waitingFor: 'mobile-ownership' };
      }
    }
  }

  async function askOwnership(id: string, draft: EnrolmentDraft): Promise<EnrolmentDraft> {
    const phone = phoneOf(draft);
    const nationalCode = phone.ownerNationalCode ?? personOf(draft).nationalCode;
    const answer = await verifications.ownership(id, { nationalCode, phone: phone.number });
    return answer === 'unavailable' ? draft : afterOwnership(draft, { phone, answer });
  }
}

function endedFrom({ person: _, phone: __, ...draft }: EnrolmentDraft): EnrolmentDraft {
  return { ...draft, at: 'ended' };
}
