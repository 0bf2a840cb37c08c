import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { passwordSignIn } from './browser.ts';
import type { Plan } from './compare.ts';
import type { Operation } from './generate.ts';
import { generateLoad, percentile } from './generate.ts';
import { type Figures, measure, median, medianFigures } from './measure.ts';
import { REACHING_STAND_INS, startStandIns } from './outside-stand-ins.ts';
import { GENERATOR_CORE, pinProcess, readCpu, SERVER_CORE, spawnPinned, stopProcess } from './processes.ts';
import type { Finding } from './report.ts';
import { singleSignOn } from './single-sign-on.ts';
import { startBare } from './start-bare.ts';
import { startOurs } from './start-ours.ts';
import { createVisitor, type Visitor } from './workloads.ts';

/** How many people sign in at once, without pause. */
const PEOPLE = 8;
/** A sign-in is a hundred times rarer than a single sign-on: its code is compiled after some hundreds, and halves its CPU by then. */
const WARM_UP_TIMES = 10;

const PEOPLE_IN_TURN = 500;

/** Milliseconds between two sign-ins of one of the eight: some thirty a second, as many as argon2 lets through. */
const PAUSE_AT_OUR_PACE = 250;

const rateMessage = z.object({ perSecond: z.number() });

/**
 * W3: password sign-ins against bare argon2 on the same core, in turn. Everybody comes with a browser that was never
 * seen, so everybody is told by text message: an instance of its own that reaches a stand-in for the gateway.
 */
export async function measurePasswordSignIn(plan: Plan): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack();
  const outside = await startStandIns();
  stack.defer(() => outside.close());
  const environment = { ...REACHING_STAND_INS, ...outside.environment };
  const ours = await startOurs({ citizens: PEOPLE_IN_TURN, withPassword: PEOPLE_IN_TURN, environment });
  stack.defer(() => ours.stop());
  const visitor = await createVisitor(ours, { connections: 2 * PEOPLE });
  stack.defer(() => visitor.exchange.close());
  const argon2 = spawnPinned([new URL('argon2-rate.ts', import.meta.url).pathname], {
    core: SERVER_CORE,
    withIpc: true,
  });
  stack.defer(() => stopProcess(argon2));
  await once(argon2, 'message');
  const signIn = passwordSignIn(visitor);
  complain('W3', await generateLoad(signIn, { concurrency: PEOPLE, seconds: WARM_UP_TIMES * plan.warmUpSeconds }));

  async function againstArgon2(concurrency: number) {
    const rounds: { figures: Figures; bare: number; ratio: number }[] = [];
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const { figures, load } = await measure(ours, signIn, { concurrency, seconds: plan.seconds });
      complain('W3', load);
      argon2.send({ seconds: plan.seconds });
      const { perSecond: bare } = rateMessage.parse((await once(argon2, 'message'))[0]);
      rounds.push({ figures, bare, ratio: figures.operationsPerSecond / bare });
    }
    return {
      figures: medianFigures(rounds.map(({ figures }) => figures)),
      bare: median(rounds.map(({ bare }) => bare)),
      ratio: median(rounds.map(({ ratio }) => ratio)),
    };
  }

  const together = await againstArgon2(PEOPLE);
  pinProcess(ours.pid, GENERATOR_CORE);
  const alone = await againstArgon2(2 * PEOPLE);
  const library = await measureBareSignIn(plan);

  const rates = ({ figures, bare, ratio }: typeof together) =>
    `${figures.operationsPerSecond.toFixed(1)}/s against ${bare.toFixed(1)}/s = **${ratio.toFixed(2)}**`;
  return [
    {
      id: 'W3',
      what: `password sign-in with the HTML form and a fresh cookie jar, ${PEOPLE} at a time, each told of the new device, against bare argon2 verifications on the same core`,
      measured: `${rates(together)}; server ${together.figures.cpuMs.toFixed(1)} ms and password worker ${together.figures.childrenCpuMs.toFixed(1)} ms of CPU; p99 ${together.figures.p99.toFixed(0)} ms`,
      target: '≥ 0.85',
      met: together.ratio >= 0.85,
    },
    {
      id: 'W3',
      what: `what holds sign-ins up: the same, ${2 * PEOPLE} at a time, with the password worker alone on its core and server, generator and stores together on the other`,
      measured: `${rates(alone)}; the worker’s core is busy for ${(alone.figures.childrenCpuMs * alone.figures.operationsPerSecond * 0.1).toFixed(0)} % of the time, the server takes ${(alone.figures.serverBusy * 100).toFixed(0)} % of the other`,
      target: '≥ 0.85',
      met: alone.ratio >= 0.85,
    },
    {
      id: 'W3',
      what: 'the library alone: the same requests at the same pace to the yardstick, whose form believes everybody',
      measured: `${library.toFixed(1)} ms of CPU`,
      target: '–',
      met: true,
    },
  ];
}

/** Milliseconds of CPU for a sign-in by the library and its in-memory store, with no password, page or citizen of ours. */
async function measureBareSignIn(plan: Plan): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const bare = await startBare({ name: 'bare', citizens: PEOPLE_IN_TURN });
  stack.defer(() => bare.stop());
  const visitor = await createVisitor(bare, { connections: 2 * PEOPLE });
  stack.defer(() => visitor.exchange.close());
  const signIn = passwordSignIn(visitor);
  const atOurPace: Operation = async (note) => {
    await signIn(note);
    await setTimeout(PAUSE_AT_OUR_PACE);
  };
  complain('W3', await generateLoad(signIn, { concurrency: PEOPLE, seconds: plan.warmUpSeconds }));
  const rounds: Figures[] = [];
  for (let round = 0; round < plan.pairs; round += 1) {
    const { figures, load } = await measure(bare, atOurPace, { concurrency: PEOPLE, seconds: plan.seconds });
    complain('W3', load);
    rounds.push(figures);
  }
  return medianFigures(rounds).cpuMs;
}

/** W8: single sign-on while people sign in by password without pause. */
export async function measureUnderSignIns(visitor: Visitor, plan: Plan): Promise<Finding[]> {
  const sso = singleSignOn(visitor, 'es256');
  const signIn = passwordSignIn(visitor);
  await generateLoad(sso, { concurrency: plan.concurrency, seconds: plan.warmUpSeconds });

  const rounds: CrowdedRound[] = [];
  for (let pair = 0; pair < plan.pairs; pair += 1) {
    const atRest = await measureSso(visitor, sso, plan);
    const crowd = generateLoad(signIn, { concurrency: PEOPLE, seconds: plan.seconds });
    const crowded = await measureSso(visitor, sso, plan);
    const signIns = await crowd;
    complain('W8', signIns);
    rounds.push({
      // What argon2 leaves of the core is what single sign-on may count on.
      share: crowded.perSecond / (atRest.perSecond * (1 - crowded.childrenShare)),
      slowdown: crowded.tokenP99 / atRest.tokenP99,
      atRest,
      crowded,
      signInsPerSecond: signIns.operations / signIns.seconds,
    });
  }

  const of = (read: (round: (typeof rounds)[number]) => number, digits = 0): string =>
    median(rounds.map(read)).toFixed(digits);
  const share = median(rounds.map((round) => round.share));
  const slowdown = median(rounds.map((round) => round.slowdown));
  return [
    {
      id: 'W8',
      what: `single sign-on while ${PEOPLE} people sign in by password without pause, as a share of what it does at rest on the CPU that argon2 leaves`,
      measured: `${of(({ crowded }) => crowded.perSecond)}/s, at rest ${of(({ atRest }) => atRest.perSecond)}/s; argon2 took ${of(({ crowded }) => crowded.childrenShare * 100)} % of the core for ${of(({ signInsPerSecond }) => signInsPerSecond, 1)} sign-ins/s: **${share.toFixed(2)}**`,
      target: '≥ 0.4',
      met: share >= 0.4,
    },
    {
      id: 'W8',
      what: '`/token` p99 meanwhile, against its value at rest',
      measured: `${of(({ crowded }) => crowded.tokenP99)} ms against ${of(({ atRest }) => atRest.tokenP99)} ms = **${slowdown.toFixed(1)}**`,
      target: '≤ 3',
      met: slowdown <= 3,
    },
  ];
}

type SsoRate = { perSecond: number; tokenP99: number; childrenShare: number };
type CrowdedRound = { share: number; slowdown: number; atRest: SsoRate; crowded: SsoRate; signInsPerSecond: number };

async function measureSso({ side }: Visitor, sso: Operation, plan: Plan): Promise<SsoRate> {
  const childrenBefore = readCpu(side.pid).childrenMs;
  const load = await generateLoad(sso, { concurrency: plan.concurrency, seconds: plan.seconds });
  complain('W8', load);
  return {
    perSecond: load.operations / load.seconds,
    tokenP99: percentile(load.steps.get('/token') ?? [], 0.99),
    childrenShare: (readCpu(side.pid).childrenMs - childrenBefore) / (load.seconds * 1000),
  };
}

function complain(id: string, { failures }: { failures: ReadonlyMap<string, number> }): void {
  for (const [reason, times] of failures) process.stderr.write(`${id}: FAILED ${times} ×: ${reason}\n`);
}
