import type { Citizen } from '#citizens/citizen.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import type { Approvals } from '#operators/approvals.ts';
import type { Operators } from '#operators/operators.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { NameOfPerson } from '../person-names.ts';
import { createGiveSteps } from './give.ts';
import { createListStep } from './list.ts';
import { createTakeAwaySteps } from './take-away.ts';

export type OperatorNeeds = {
  consoleFrames: ConsoleFrames;
  operators: Operators;
  approvals: Pick<Approvals, 'ask' | 'list'>;
  organisations: Pick<Organisations, 'find'>;
  findByNationalCode(code: NationalCode): Promise<Citizen | undefined>;
  /** Whoever gives roles learns who has an account: so often, and no more. */
  personLookUps: Pick<QuotaLimit, 'take'>;
  nameOf: NameOfPerson;
  nameOfActor: NameOfActor;
};

export const OPERATORS_PATH = '/console/operators';

/** Who works with the provider, in which role and for whom; given and taken away by the ministry. */
export function operatorRoutes(needs: OperatorNeeds): ConsoleRoute[] {
  const give = createGiveSteps(needs);
  const takeAway = createTakeAwaySteps(needs);
  return [
    { method: 'GET', path: OPERATORS_PATH, needs: 'operators:read', answer: createListStep(needs) },
    { method: 'GET', path: `${OPERATORS_PATH}/give`, needs: 'operators:change', answer: give.show },
    { method: 'POST', path: `${OPERATORS_PATH}/give`, needs: 'operators:change', answer: give.submit },
    { method: 'GET', path: `${OPERATORS_PATH}/take-away`, needs: 'operators:change', answer: takeAway.show },
    { method: 'POST', path: `${OPERATORS_PATH}/take-away`, needs: 'operators:change', answer: takeAway.submit },
  ];
}
