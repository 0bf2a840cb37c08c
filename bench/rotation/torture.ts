import { setTimeout as wait } from 'node:timers/promises';
import { DAY } from '#platform/durations.ts';
import { createBalancer } from './balancer.ts';
import { judgeEmergency, type Revoked, revokeSigner, revokeWithoutStandby } from './emergency.ts';
import { createLatencies } from './latencies.ts';
import { openLedger } from './ledger.ts';
import { receiveLogouts } from './logout-receiver.ts';
import { befall } from './mishaps.ts';
import { createNode } from './nodes.ts';
import { type Outcome, sum } from './outcome.ts';
import { createPatience } from './patience.ts';
import type { Block, Control, Plan } from './plan.ts';
import { startRotations } from './rotations.ts';
import { createSignatures } from './signatures.ts';
import { ISSUER, prepareSite } from './site.ts';
import { DAY_HERE, pressedWindows, TOKEN_LIFE } from './timing.ts';
import { type Issued, startTraffic } from './traffic.ts';
import { sortRefusals, startVerification } from './verification.ts';

const INSTANCES = ['one', 'two', 'three'] as const;
/** After the limit of 5 s, so that the judge sees what comes too late. */
const WATCH_MS = 7_000;

type Tell = (what: string) => void;

/** Plays a plan against three instances, and tells what was seen. */
export async function torture(plan: Plan, tell: Tell): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const signatures = createSignatures();
  const latencies = createLatencies();
  const receiver = await receiveLogouts((token) =>
    arrived({ token, kind: 'logout', node: 'whoever delivers', receivedAt: Date.now() }),
  );
  stack.defer(() => receiver.close());
  const site = await prepareSite({ timing: plan.timing, citizens: plan.citizens, logoutUri: receiver.uri });
  stack.defer(() => site.close());
  const ledger = await openLedger(site.stores.databaseUrl);
  stack.defer(() => ledger.close());
  const nodes = await Promise.all(
    INSTANCES.map((name) => createNode(name, { environment: site.environment, timing: plan.timing })),
  );
  for (const node of nodes) stack.defer(() => node.close());
  // The first one compiles for all.
  await nodes[0]?.start();
  await Promise.all(nodes.slice(1).map((node) => node.start()));

  const verification = startVerification({
    origins: nodes.map(({ origin }) => origin),
    issuer: ISSUER,
    each: plan.relyingParties,
    threads: plan.threads,
    timesEach: plan.timesEach,
    dayMs: plan.timing === 'production' ? DAY : DAY_HERE,
  });
  stack.defer(async () => void (await verification.close()));
  // It takes a while to begin, and nothing is to be late because of that.
  await verification.read();
  const balancer = createBalancer(nodes, latencies.note);
  stack.defer(() => balancer.close());
  const patience = createPatience(arrived);
  const traffic = startTraffic({ balancer, site, onIssued: arrived }, plan.pace);
  if (plan.timing === 'production') traffic.pauseSignOuts();
  const rotations = startRotations(site.officer.signingKeys);
  const emergencies: Revoked[] = [];
  const mishapCounts: Record<string, number> = {};
  const startedAt = performance.now();

  function arrived(issued: Issued): void {
    signatures.note(issued);
    verification.present(issued);
  }

  async function emergency(alg: string, circumstances: string): Promise<void> {
    await rotations.untilSeamless(alg);
    const needs = { environment: site.environment, ledger, nodes };
    const seen = await revokeSigner(needs, { alg, circumstances, watchMs: WATCH_MS });
    tell(`emergency, ${circumstances}: ${judgeEmergency(seen, signatures).lastSignatureMs} ms to the last signature`);
    emergencies.push(seen);
  }

  async function play(block: Block, index: number): Promise<void> {
    tell(`${block.do}${'seconds' in block ? ` for ${block.seconds} s` : ''}`);
    switch (block.do) {
      case 'warm-up':
      case 'calm':
      case 'rotating':
        if (block.do === 'calm') await rotations.freeze(block.seconds * 1000);
        if (block.do === 'rotating') rotations.hurry();
        latencies.begin(block.do);
        await wait(block.seconds * 1000);
        rotations.rest();
        return;
      case 'storm': {
        latencies.begin('storm');
        rotations.hurry();
        for (const [turn, { mishap, inEmergency = false }] of block.mishaps.entries()) {
          const node = nodes[(index + turn) % nodes.length];
          if (node === undefined) continue;
          mishapCounts[mishap] = (mishapCounts[mishap] ?? 0) + 1;
          tell(`${node.name} is ${mishap}`);
          await befall(mishap, {
            node,
            latencies,
            patience,
            meanwhile: async () => {
              if (inEmergency) await emergency('ES256', `${node.name} ${mishap}`);
            },
          });
          await wait(2_000);
        }
        rotations.rest();
        return;
      }
      case 'emergency':
        latencies.begin('storm');
        latencies.disturb(WATCH_MS + 3_000);
        await emergency(block.alg, 'all instances well');
        return;
      case 'empty-set':
        for (const node of nodes) node.signal('SIGUSR2');
        await wait(2_000);
        return;
      case 'rotations-at-once':
        for (const _ of [1, 2, 3]) await site.officer.signingKeys.rotate({ by: 'a control', alg: 'ES256' });
        await wait(3_000);
        return;
      case 'emergency-without-standby':
        await revokeWithoutStandby(site.officer.signingKeys, ledger);
        await wait(2_000);
        return;
    }
  }

  const controls: Outcome['controls'] = [];
  let brokenOff: string | undefined;
  let reading = await verification.read();
  try {
    for (const [index, block] of plan.blocks.entries()) await play(block, index);
    await presentStolen();
    // Until the last token has reached its end at every relying party.
    if (plan.controls !== undefined) await wait(TOKEN_LIFE);
    reading = await verification.read();
    for (const [index, control] of (plan.controls ?? []).entries()) await tryControl(control, index);
  } catch (error) {
    // What was seen until then is told all the same.
    brokenOff = error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    await rotations.stop();
    await traffic.stop();
  }
  const rotated = await ledger.countRotations();
  const revoked = new Map((await ledger.listRevoked()).map(({ kid, at }) => [kid, at]));
  const last = await verification.finish();
  // What controls broke is theirs.
  const { accepted, refusals, late, stolen, fetches } = plan.controls === undefined ? last : reading;
  const { failures, asTheyMust } = sortRefusals(refusals, revoked);
  return {
    timing: plan.timing,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    accepted,
    failures,
    refusedAsTheyMust: asTheyMust,
    late,
    stolen,
    fetches,
    tokens: { ...signatures.counts() },
    answers: balancer.counts,
    patient: patience.counts,
    traffic: {
      ...traffic.counts,
      // A hint that a revoked key signed is refused, as it must be.
      failures: traffic.counts.failures.filter(({ kid }) => kid === undefined || !revoked.has(kid)),
    },
    controls,
    brokenOff,
    rotations: rotated,
    mishaps: mishapCounts,
    emergencies: emergencies.map((it) => judgeEmergency(it, signatures)),
    latencies: latencies.read(),
    p99: { calm: latencies.p99Of('calm'), rotating: latencies.p99Of('rotating'), storm: latencies.p99Of('storm') },
  };

  async function tryControl(control: Control, index: number): Promise<void> {
    const before = await countFailures();
    await play({ do: control }, index);
    controls.push({ control, failures: (await countFailures()) - before });
  }

  async function countFailures(): Promise<number> {
    const revoked = new Map((await ledger.listRevoked()).map(({ kid, at }) => [kid, at]));
    const { failures } = sortRefusals((await verification.read()).refusals, revoked);
    return sum(failures.map(({ times }) => times));
  }

  /** Tokens of keys that were revoked under the pressed windows: by now nobody may trust them. */
  async function presentStolen(): Promise<void> {
    if (plan.timing === 'production') return;
    await wait(pressedWindows.floors.propagation);
    for (const { kid } of emergencies) {
      const token = signatures.stolenFrom(kid);
      if (token !== undefined) verification.presentStolen(token);
    }
  }
}
