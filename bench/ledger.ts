import { setTimeout as wait } from 'node:timers/promises';
import { compare, type Plan } from './compare.ts';
import { check } from './exchange.ts';
import { fillLedger, waitUntilSealed } from './fill-ledger.ts';
import { generateLoad, type Operation, percentile } from './generate.ts';
import { readCpu } from './processes.ts';
import type { Finding } from './report.ts';
import { startOurs } from './start-ours.ts';
import { createVisitor, ssoWith, type Visitor } from './workloads.ts';

type Sizes = { sessions: number; citizens: number; entries: number };

/** Authorization, tokens, claims by the ID token and by userinfo. */
const ENTRIES_OF_A_SIGN_ON = 4;
/** What the turn before left to be written is written by then. */
const SETTLE_MS = 250;
const FORGETFUL = new URL('forgetful-audit.ts', import.meta.url).href;

/**
 * L1: what writing the ledger costs single sign-on, as one of our servers that keeps every event and forgets every event
 * in turn. L2: what sealing costs. L3: a citizen's activity with a full ledger.
 */
export async function measureLedger(plan: Plan, { sessions, citizens, entries }: Sizes): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack();
  const server = await startOurs({ citizens: sessions, withPassword: 0, nodeOptions: ['--import', FORGETFUL] });
  stack.defer(() => server.stop());
  const visitor = await createVisitor(server, { connections: plan.concurrency });
  const sso = ssoWith('es256');
  const operation = { id: 'L1', operation: 'single sign-on', ours: sso, bare: sso, target: 1.05 };
  const sides = inTurn(visitor);
  const written = await compare(sides, operation, plan);
  await sides.ours.side.takeTurn?.();
  for (const { side, reason, times } of written.failures)
    process.stderr.write(`L1: ${times} failed ${side}: ${reason}\n`);

  await fillLedger(server.databaseUrl, { entries, citizens });
  const before = readCpu(server.pid).ownMs;
  await waitUntilSealed(server.databaseUrl, entries);
  const sealingUs = ((readCpu(server.pid).ownMs - before) / entries) * 1000;

  const pages = await measureActivity(visitor, { plan, entries, citizens });
  await visitor.exchange.close();
  const sealingShare = (sealingUs * ENTRIES_OF_A_SIGN_ON) / 1000 / written.bare.cpuMs;
  const [least, most] = written.cpuRatioInterval;
  return [
    {
      id: 'L1',
      what: 'CPU of single sign-on that writes its entries, as its ratio to one that writes none',
      measured: `${written.ours.cpuMs.toFixed(3)} / ${written.bare.cpuMs.toFixed(3)} ms: **${written.cpuRatio.toFixed(3)}** (${least.toFixed(2)} to ${most.toFixed(2)}); beside it PostgreSQL ${written.ours.databaseCpuMs.toFixed(3)} / ${written.bare.databaseCpuMs.toFixed(3)} ms`,
      target: '≤ 1.05',
      met: written.cpuRatio <= 1.05,
    },
    {
      id: 'L2',
      what: 'CPU to put an entry under a signed head, once a minute on one instance, and what that adds to a sign-on of four entries',
      measured: `${sealingUs.toFixed(1)} µs, **${(sealingShare * 100).toFixed(1)} %**`,
      target: '–',
      met: true,
    },
    ...pages,
  ];
}

/** One server as two sides, told before each turn which of them it is. */
function inTurn(visitor: Visitor): { ours: Visitor; bare: Visitor } {
  let forgets = false;
  const as = (name: string, wanted: boolean): Visitor => ({
    ...visitor,
    side: {
      ...visitor.side,
      name,
      async takeTurn() {
        if (forgets !== wanted) process.kill(visitor.side.pid, 'SIGUSR2');
        forgets = wanted;
        await wait(SETTLE_MS);
      },
    },
  });
  return { ours: as('with the ledger', false), bare: as('without', true) };
}

async function measureActivity(
  visitor: Visitor,
  { plan, entries, citizens }: { plan: Plan; entries: number; citizens: number },
): Promise<Finding[]> {
  const around = `${entries.toLocaleString('en')} entries of ${citizens.toLocaleString('en')} citizens`;
  const kinds = [
    { what: 'first page', path: '/account/activity' },
    { what: 'one kind', path: '/account/activity?kind=sign-ins' },
  ];
  const findings: Finding[] = [];
  for (const { what, path } of kinds) {
    const operation = openPage(visitor, path);
    await generateLoad(operation, { concurrency: 4, seconds: plan.warmUpSeconds });
    const { latencies, failures } = await generateLoad(operation, { concurrency: 1, seconds: 4 * plan.seconds });
    for (const [reason, times] of failures) process.stderr.write(`L3: ${times} failed: ${reason}\n`);
    const [half, most] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
    findings.push({
      id: 'L3',
      what: `a citizen's activity, ${what}, with ${around}, one at a time`,
      measured: `p50 ${half.toFixed(1)} ms, p99 **${most.toFixed(1)} ms**`,
      target: '< 50 ms',
      met: most < 50 && failures.size === 0,
    });
  }
  return findings;
}

/** Every citizen once, then again: a page of twenty lines and the way to the next. */
function openPage({ side, exchange }: Visitor, path: string): Operation {
  let next = 0;
  return async () => {
    const cookie = side.sessionCookies[next++ % side.sessionCookies.length] ?? '';
    const reply = await exchange.send({ method: 'GET', path, headers: { cookie } });
    check(reply, path, 200);
    if (reply.body.split('class="activity"').length !== 21 || !reply.body.includes('rel="next"'))
      throw new Error(`${path}: not twenty lines and a way to the next`);
  };
}
