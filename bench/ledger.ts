import { compare, type Plan } from './compare.ts';
import { check } from './exchange.ts';
import { fillLedger, waitUntilSealed } from './fill-ledger.ts';
import { generateLoad, type Operation, percentile } from './generate.ts';
import { readCpu } from './processes.ts';
import type { Finding } from './report.ts';
import { type Ours, startOurs } from './start-ours.ts';
import { createVisitor, ssoWith, type Visitor } from './workloads.ts';

type Sizes = { sessions: number; citizens: number; entries: number };

/** Authorization, tokens, claims by the ID token and by userinfo. */
const ENTRIES_OF_A_SIGN_ON = 4;
const FORGETFUL = new URL('without-audit.ts', import.meta.url).href;

/**
 * L1: what writing the ledger costs single sign-on, as two of our servers in turn, one of which forgets every event at
 * once. L2: what sealing costs. L3: a citizen's activity with a full ledger.
 */
export async function measureLedger(plan: Plan, { sessions, citizens, entries }: Sizes): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack();
  const started = async (starting: Promise<Ours>) => {
    const side = await starting;
    stack.defer(() => side.stop());
    return side;
  };
  const keeps = await started(startOurs({ citizens: sessions, withPassword: 0 }));
  const forgets = await started(
    startOurs({ citizens: sessions, withPassword: 0, nodeOptions: ['--import', FORGETFUL] }),
  );
  const visitors = {
    ours: await createVisitor({ ...keeps, name: 'with the ledger' }, { connections: plan.concurrency }),
    bare: await createVisitor({ ...forgets, name: 'without' }, { connections: plan.concurrency }),
  };
  const sso = ssoWith('es256');
  const operation = { id: 'L1', operation: 'single sign-on', ours: sso, bare: sso, target: 1.05 };
  const written = await compare(visitors, operation, plan);
  for (const { side, reason, times } of written.failures)
    process.stderr.write(`L1: ${times} failed on ${side}: ${reason}\n`);

  await fillLedger(keeps.databaseUrl, { entries, citizens });
  const before = readCpu(keeps.pid).ownMs;
  await waitUntilSealed(keeps.databaseUrl, entries);
  const sealingUs = ((readCpu(keeps.pid).ownMs - before) / entries) * 1000;

  const pages = await measureActivity(visitors.ours, { plan, entries, citizens });
  await Promise.all([visitors.ours.exchange.close(), visitors.bare.exchange.close()]);
  const sealingShare = (sealingUs * ENTRIES_OF_A_SIGN_ON) / 1000 / written.bare.cpuMs;
  const [least, most] = written.cpuRatioRange;
  return [
    {
      id: 'L1',
      what: 'CPU of single sign-on that writes its entries, as its ratio to one that writes none',
      measured: `${written.ours.cpuMs.toFixed(3)} / ${written.bare.cpuMs.toFixed(3)} ms: **${written.cpuRatio.toFixed(3)}** (${least.toFixed(2)} to ${most.toFixed(2)})`,
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
