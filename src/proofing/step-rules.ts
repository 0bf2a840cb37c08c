import type { StepFrom } from './journey.ts';

/** What enrolments and recoveries tell apart: places, steps, what is kept of them, and what a step comes to. */
type Kind = { at: string; step: { step: string }; journey: unknown; result: unknown };
type StepName<K extends Kind> = K['step']['step'];

/** One step: where it may be taken, and what it does there. */
type StepRule<K extends Kind> = {
  from: readonly K['at'][];
  /** Changes a credential: of two tabs at once only one comes to it. */
  isExclusive: boolean;
  take(journey: K['journey'], step: K['step'], from: StepFrom): Promise<K['result']>;
};

/** Every step has its rule; a step that is taken elsewhere than its rule says does nothing. */
export type StepRules<K extends Kind> = Readonly<Record<StepName<K>, StepRule<K>>>;

export type StepNamed<Step extends Kind['step'], Name extends Step['step']> = Extract<Step, { step: Name }>;

/** Gives the function that makes the rules of one kind of journey, each for the step that it is named after. */
export function rulesFor<K extends Kind>() {
  return <Name extends StepName<K>>(
    name: Name,
    from: readonly K['at'][],
    take: (journey: K['journey'], step: StepNamed<K['step'], Name>, from: StepFrom) => Promise<K['result']>,
    { isExclusive = false } = {},
  ): StepRule<K> => ({
    from,
    isExclusive,
    take(journey, step, stepFrom) {
      if (!isNamed(step, name)) throw new Error(`the rule of "${name}" was given "${step.step}"`);
      return take(journey, step, stepFrom);
    },
  });
}

function isNamed<Step extends Kind['step'], Name extends Step['step']>(
  step: Step,
  name: Name,
): step is StepNamed<Step, Name> {
  return step.step === name;
}
