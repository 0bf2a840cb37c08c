import { readNationalCode } from '#citizens/national-code.ts';
import type { Clock } from '#platform/clock.ts';
import { readBirthDate } from './birth-date.ts';
import { enrolmentRule } from './enrolment-rules.ts';
import type { Tries } from './tries.ts';
import type { Verifications } from './verifications.ts';

type Needs = { verifications: Pick<Verifications, 'identity'>; tries: Tries; clock: Clock };

/** National code and birth date, compared with the civil registry. */
export function createIdentityStep({ verifications, tries, clock }: Needs) {
  return enrolmentRule('identity', ['identity'], async ({ id, draft }, step, from) => {
    const nationalCode = readNationalCode(step.nationalCode);
    const birthDate = readBirthDate(step.birthDate, clock);
    if (nationalCode === undefined || birthDate === undefined) return { come: 'refuse', reason: 'malformed' };

    const tried = await tries.take({ about: nationalCode, device: id, network: from.network });
    if (tried.outcome === 'slow-down') return { come: 'refuse', reason: 'slow-down', retryAfterMs: tried.retryAfterMs };

    const person = { nationalCode, birthDate };
    const { refusedMeanwhile: _, ...fresh } = draft;
    const answer = await verifications.identity(id, person);
    switch (answer.outcome) {
      case 'matched':
        await tried.giveBack();
        return { come: 'go', draft: { ...fresh, at: 'phone', person: { ...person, registered: answer.person } } };
      case 'no-match':
        return { come: 'refuse', reason: 'no-match' };
      case 'deceased':
        return { come: 'go', draft: { ...fresh, at: 'ended', endedBy: 'deceased' } };
      case 'unavailable':
        return { come: 'wait', draft: { ...fresh, at: 'waiting', waitingFor: 'civil-registry', person } };
    }
  });
}
