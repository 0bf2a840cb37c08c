import type { EnrolmentOutcome, EnrolmentStep, EnrolmentView } from '#proofing/enrolment.ts';
import type { RecoveryOutcome, RecoveryStep } from '#proofing/recovery.ts';
import { type Cause, changesSoFar, complaintsAbout, standingsOf, type Waiting } from './model-accounts.ts';
import { type Actor, type Name, settle } from './model-people.ts';
import { createModelSteps, type Picks } from './model-steps.ts';
import type { OpenProofing, Weakened } from './open-proofing.ts';

/** What happens in a run. `device` tells two browsers of one person apart. */
export type ModelEvent =
  | { do: 'enrol'; actor: Actor; device: 0 | 1; step: EnrolmentStep['step'] | 'begin' | 'honest'; pick: Picks }
  | {
      do: 'recover';
      actor: Actor;
      device: 0 | 1;
      step: RecoveryStep['step'] | 'begin' | 'honest' | 'stop';
      pick: Picks;
    }
  | { do: 'wait'; ms: number }
  | { do: 'switch'; service: 'civil-registry' | 'mobile-ownership'; isDown: boolean }
  | { do: 'restart' | 'ask-again' | 'deliver' }
  | { do: 'together'; events: [ModelEvent, ModelEvent] };

/** `reached` names the ends that were come to, so that a test can see whether the walks get anywhere. */
type Played = { complaint: string | undefined; reached: ReadonlySet<string> };

/** Plays the events on real stores. The complaint says which credential or verified field came without its proof. */
export async function play(
  proofing: OpenProofing,
  events: readonly ModelEvent[],
  weakened: Weakened = {},
): Promise<Played> {
  proofing.people.length = 0;
  proofing.sms.length = 0;
  const people = await settle(proofing);
  const runId = people.all.parisa.nationalCode;
  const waitings: Waiting[] = [];
  const reached = new Set<string>();
  const passwordsSet = new Map<string, string>();
  const recovering = new Map<string, Name>();
  const steps = createModelSteps({ people, messagesOf, now: proofing.clock.now });
  let machine = proofing.start(weakened);
  let standings = await standingsOf(proofing, people);
  let seen = await changesSoFar(proofing);
  Object.assign(proofing.isDown, { 'civil-registry': false, 'mobile-ownership': false });

  for (const event of events) {
    const causes: Cause[] = [];
    const told = await run(event, causes);
    const changes = await changesSoFar(proofing);
    const after = changes === seen ? standings : await standingsOf(proofing, people);
    seen = changes;
    const facts = { people, causes, waitings, now: proofing.clock.now() };
    const [complaint] = [...told, ...complaintsAbout(standings, after, facts)];
    if (complaint !== undefined) return { complaint, reached };
    standings = after;
  }
  return { complaint: undefined, reached };

  async function run(event: ModelEvent, causes: Cause[]): Promise<string[]> {
    switch (event.do) {
      case 'together':
        return (await Promise.all(event.events.map((one) => run(one, causes)))).flat();
      case 'wait':
        proofing.clock.advance(event.ms);
        return [];
      case 'switch':
        proofing.isDown[event.service] = event.isDown;
        return [];
      case 'restart':
        await machine.recoveries.settled();
        machine = proofing.start(weakened);
        return [];
      case 'ask-again':
        await machine.waiting.askDue(5);
        return [];
      case 'deliver':
        await proofing.deliver();
        return [];
      case 'enrol':
        return enrol(event, causes);
      case 'recover':
        return recover(event, causes);
    }
  }

  async function enrol(event: Extract<ModelEvent, { do: 'enrol' }>, causes: Cause[]): Promise<string[]> {
    const { actor, pick } = event;
    const { device, from } = placeOf(event);
    const { enrolments } = machine;
    const view = await enrolments.find(device);
    if (event.step === 'begin' || (event.step === 'honest' && (view === undefined || isOver(view)))) {
      await enrolments.begin({ deviceSecret: device, from });
      return [];
    }
    const step =
      event.step === 'honest' ? steps.honestEnrolment(view, pick, actor) : steps.enrolmentStep(event.step, pick, actor);
    causes.push({ actor, device, kind: 'enrolment', step: step.step });
    const outcome = await enrolments.act(device, step, from);
    noteEnd(outcome);
    return unseemly(outcome, { step, device });
  }

  function noteEnd(outcome: EnrolmentOutcome | RecoveryOutcome): void {
    if (outcome.outcome !== 'moved') return;
    if ('recovery' in outcome && outcome.recovery.at === 'done') reached.add(outcome.recovery.kind);
    if (!('enrolment' in outcome)) return;
    const { at, identityLevel, endedBy } = outcome.enrolment;
    if (at === 'done') reached.add(`enrolled ${identityLevel}`);
    if (endedBy !== undefined) reached.add(endedBy);
  }

  /** Only whoever set the password is signed in by the enrolment, and only once. */
  function unseemly(outcome: EnrolmentOutcome, { step, device }: { step: EnrolmentStep; device: string }): string[] {
    if (outcome.outcome !== 'moved') return [];
    const { enrolment, signIn } = outcome;
    if (step.step === 'password' && enrolment.citizenId !== undefined) passwordsSet.set(device, enrolment.citizenId);
    if (signIn === undefined) return [];
    const mayEnter = passwordsSet.get(device) === signIn.citizenId;
    passwordsSet.delete(device);
    return mayEnter ? [] : ['somebody was signed in who set no password'];
  }

  async function recover(event: Extract<ModelEvent, { do: 'recover' }>, causes: Cause[]): Promise<string[]> {
    const { actor, pick } = event;
    const { device, from } = placeOf(event);
    const { recoveries } = machine;
    if (event.step === 'stop') return stop(actor, from);
    const view = await recoveries.find(device);
    const isAnew = view === undefined || ['done', 'ended'].includes(view.at);
    if (event.step === 'begin' || (event.step === 'honest' && isAnew)) {
      await recoveries.begin({ deviceSecret: device, kind: pick.kind, from });
      return [];
    }
    const step =
      event.step === 'honest' ? steps.honestRecovery(view, pick, actor) : steps.recoveryStep(event.step, pick, actor);
    causes.push({ actor, device, kind: 'recovery', step: step.step });
    const outcome = await recoveries.act(device, step, from);
    noteEnd(outcome);
    await recoveries.settled();
    if (step.step === 'identity' && outcome.outcome === 'moved') recovering.set(device, pick.person);
    noteWaiting(outcome, device);
    return [];
  }

  function noteWaiting(outcome: RecoveryOutcome, device: string): void {
    if (outcome.outcome !== 'moved' || outcome.recovery.at !== 'waiting-period') return;
    const name = recovering.get(device);
    if (name !== undefined) waitings.push({ name, device, since: proofing.clock.now(), isStopped: false });
  }

  async function stop(actor: Actor, from: { network: string; language: 'fa' }): Promise<string[]> {
    await proofing.deliver();
    const text = messagesOf(actor).findLast((message) => message.includes('stop?code='));
    const code = /code=(\d+)/.exec(text ?? '')?.[1] ?? '123456789012';
    const before = await Promise.all(waitings.map(({ device }) => machine.recoveries.find(device)));
    if ((await machine.recoveries.stop({ code, from })) !== 'stopped') return [];
    const stopped: string[] = [];
    for (const [index, waiting] of waitings.entries()) {
      const now = await machine.recoveries.find(waiting.device);
      if (before[index]?.at !== 'ended' && now?.endedBy === 'stopped') stopped.push(waiting.device);
    }
    reached.add('stopped');
    for (const waiting of waitings) waiting.isStopped ||= stopped.includes(waiting.device);
    return stopped.length === 0 ? ['a recovery was said to be stopped, and none was'] : [];
  }

  function placeOf({ actor, device }: { actor: Actor; device: 0 | 1 }) {
    const network = `network of ${actor} ${runId}`;
    return { device: `secret of ${actor} ${device} ${runId}`, from: { network, language: 'fa' as const } };
  }

  function messagesOf(actor: Actor): string[] {
    return proofing.sms.filter(({ to }) => people.reads[actor].some((phone) => phone === to)).map(({ text }) => text);
  }
}

function isOver({ at }: EnrolmentView): boolean {
  return at === 'done' || at === 'ended';
}
