import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { ACTORS, type Actor, NAMES, type Name } from './model-people.ts';
import type { Picks } from './model-steps.ts';
import type { ModelEvent } from './proofing-model.ts';

const ENROLMENT_STEPS = [
  'begin',
  'identity',
  'phone',
  'phone-owner',
  'phone-code',
  'send-code-again',
  'password',
  'passkey',
  'passkey-skipped',
  'recovery-codes-kept',
  'cancel',
] as const;
const RECOVERY_STEPS = [
  'begin',
  'identity',
  'code',
  'known-password',
  'recovery-code',
  'passkey',
  'phone',
  'phone-code',
  'send-code-again',
  'password',
  'cancel',
  'stop',
] as const;

const picks: fc.Arbitrary<Picks> = fc.record({
  person: fc.constantFrom(...NAMES),
  phone: fc.nat({ max: 8 }),
  owner: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('forgotten-password' as const, 'lost-phone' as const, 'lost-everything' as const),
  isRightBirthDate: fc.boolean(),
  isTheirNumber: fc.boolean(),
  code: fc.constantFrom('newest' as const, 'older' as const, 'guess' as const),
});

/** Somebody with a mind: mostly after one account in one way, honest or not. */
type Member = { actor: Actor; device: 0 | 1; goal: 'enrol' | 'recover'; pick: Picks };

const anybody: fc.Arbitrary<Member> = fc.record({
  actor: fc.constantFrom(...ACTORS),
  device: fc.constantFrom(0 as const, 1 as const),
  goal: fc.constantFrom('enrol' as const, 'recover' as const),
  pick: picks,
});
/** Most people are after their own account; cyrus alone has one to come back to. */
const themselves = anybody.map((member) => ({ ...member, pick: { ...member.pick, person: member.actor as Name } }));
const cyrus = themselves.map((member) => ({
  ...member,
  actor: 'cyrus' as const,
  goal: 'recover' as const,
  pick: { ...member.pick, person: 'cyrus' as const },
}));
/** After somebody else's: an account that is there, or one that is still to be made. */
const thieves = anybody.map((member): Member => {
  const person = member.goal === 'recover' ? 'cyrus' : 'parisa';
  return { ...member, actor: 'thief', pick: { ...member.pick, person } };
});
const parisa = anybody.map((member): Member => {
  return { ...member, actor: 'parisa', goal: 'enrol', pick: { ...member.pick, person: 'parisa' } };
});
const atTwoDevices = (member: Member): Member[] => [member, { ...member, device: member.device === 0 ? 1 : 0 }];
const one = fc.oneof(
  { weight: 2, arbitrary: themselves },
  { weight: 2, arbitrary: cyrus },
  { weight: 1, arbitrary: anybody },
);

/** Who is on the scene. The test of the rules takes everybody, a control those who would use what was taken away. */
export const casts = {
  everybody: fc
    .tuple(one, fc.oneof(thieves, themselves, cyrus), fc.boolean())
    .map(([first, second, isTwice]) => [...(isTwice ? atTwoDevices(first) : [first]), second]),
  'a newcomer at two devices': parisa.map(atTwoDevices),
  'a newcomer and a thief': fc.tuple(parisa, thieves).map((members) => [...members]),
  'an owner and a thief': fc.tuple(cyrus, thieves).map((members) => [...members]),
} satisfies Record<string, fc.Arbitrary<Member[]>>;

function honest({ goal, ...member }: Member): ModelEvent {
  return { do: goal, step: 'honest', ...member };
}

function actsOf(member: Member): fc.Arbitrary<ModelEvent> {
  const { actor, device } = member;
  const pick = fc.oneof({ weight: 3, arbitrary: fc.constant(member.pick) }, { weight: 1, arbitrary: picks });
  const enrol = fc.record({
    ...{ do: fc.constant('enrol' as const), actor: fc.constant(actor), device: fc.constant(device), pick },
    step: fc.constantFrom(...ENROLMENT_STEPS),
  });
  const recover = fc.record({
    ...{ do: fc.constant('recover' as const), actor: fc.constant(actor), device: fc.constant(device), pick },
    step: fc.constantFrom(...RECOVERY_STEPS),
  });
  return fc.oneof(
    { weight: 7, arbitrary: fc.constant(honest(member)) },
    { weight: 1, arbitrary: enrol },
    { weight: 1, arbitrary: recover },
  );
}

const fate: fc.Arbitrary<ModelEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(4 * MINUTE, 40 * MINUTE, 23 * HOUR, 25 * HOUR, 25 * HOUR, 4 * DAY),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      service: fc.constantFrom('civil-registry' as const, 'mobile-ownership' as const),
      isDown: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'ask-again' as const) }) },
);

/** A few people at their devices, each going their way with slips and detours, and the weather. */
export function eventsOf(cast: keyof typeof casts): fc.Arbitrary<ModelEvent[]> {
  return casts[cast].chain(eventsAmong);
}

function eventsAmong(members: readonly Member[]): fc.Arbitrary<ModelEvent[]> {
  const act = fc.oneof(...members.map(actsOf));
  const event = fc.oneof(
    { weight: 18, arbitrary: act },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('together' as const), events: fc.tuple(act, act) }) },
    // Two tabs of one browser, or a button pressed twice.
    { weight: 2, arbitrary: act.map((one): ModelEvent => ({ do: 'together', events: [one, one] })) },
    { weight: 2, arbitrary: fate },
  );
  return fc.array(event, { minLength: 20, maxLength: 45 });
}
