import { compare, type Plan } from './compare.ts';
import { check } from './exchange.ts';
import { generateLoad, type Operation, percentile } from './generate.ts';
import type { Finding } from './report.ts';
import { type Ours, startOurs } from './start-ours.ts';
import { createVisitor, ssoWith, type Visitor } from './workloads.ts';

type Sizes = { sessions: number; few: number; many: number };

/** What an operator or a citizen looks through; `holds` is in every good answer. */
const PAGES = [
  { what: 'organisations', path: '/console/organisations', holds: '<table' },
  { what: 'organisations by a part of the name', path: '/console/organisations?q=10007041', holds: '10007041' },
  { what: 'relying parties', path: '/console/relying-parties', holds: '<table' },
  { what: 'relying parties by a part of the name', path: '/console/relying-parties?q=10007041', holds: '10007041' },
  { what: 'relying parties that are not there', path: '/console/relying-parties?q=nowhere', holds: '<form' },
  { what: 'the catalogue by a part of the name', path: '/?q=10007041', holds: '10007041' },
];
const LIMIT_MS = 100;

/**
 * R1: what a registry of many relying parties costs single sign-on, as two of our servers in turn, one of which has few.
 * R2: lists and search of the many, one question at a time.
 */
export async function measureRegistry(plan: Plan, { sessions, few, many }: Sizes): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack();
  const started = async (relyingParties: number): Promise<Ours> => {
    const side = await startOurs({ citizens: sessions, withPassword: 0, relyingParties });
    stack.defer(() => side.stop());
    return side;
  };
  const [full, empty] = [await started(many), await started(few)];
  const visitors = {
    ours: await createVisitor({ ...full, name: `${many} relying parties` }, { connections: plan.concurrency }),
    bare: await createVisitor({ ...empty, name: `${few} relying parties` }, { connections: plan.concurrency }),
  };
  const sso = ssoWith('es256');
  const operation = { id: 'R1', operation: 'single sign-on', ours: sso, bare: sso, target: 1.05 };
  const { ours, bare, cpuRatio, cpuRatioInterval, failures } = await compare(visitors, operation, plan);
  for (const { side, reason, times } of failures) process.stderr.write(`R1: ${times} failed on ${side}: ${reason}\n`);
  const [least, most] = cpuRatioInterval;
  const findings: Finding[] = [
    {
      id: 'R1',
      what: `CPU of single sign-on with ${count(many)} relying parties in the registry, as its ratio to ${count(few)}`,
      measured: `${ours.cpuMs.toFixed(3)} / ${bare.cpuMs.toFixed(3)} ms: **${cpuRatio.toFixed(3)}** (${least.toFixed(2)} to ${most.toFixed(2)})`,
      target: '≤ 1.05',
      met: cpuRatio <= 1.05 && failures.length === 0,
    },
  ];
  for (const page of PAGES)
    findings.push(await measurePage(visitors.ours, { ...page, plan, operator: full.operatorCookie }));
  await Promise.all([visitors.ours.exchange.close(), visitors.bare.exchange.close()]);
  return findings;
}

type Page = (typeof PAGES)[number] & { plan: Plan; operator: string };

async function measurePage({ exchange }: Visitor, { what, path, holds, plan, operator }: Page): Promise<Finding> {
  const open: Operation = async () => {
    const reply = await exchange.send({ method: 'GET', path, headers: { cookie: operator } });
    check(reply, path, 200);
    if (!reply.body.includes(holds)) throw new Error(`${path}: "${holds}" is missing`);
  };
  await generateLoad(open, { concurrency: 2, seconds: plan.warmUpSeconds });
  const { latencies, failures } = await generateLoad(open, { concurrency: 1, seconds: 2 * plan.seconds });
  for (const [reason, times] of failures) process.stderr.write(`R2: ${times} failed: ${reason}\n`);
  const [half, most] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return {
    id: 'R2',
    what: `${what}, one at a time`,
    measured: `p50 ${half.toFixed(1)} ms, p99 **${most.toFixed(1)} ms**`,
    target: `< ${LIMIT_MS} ms`,
    met: most < LIMIT_MS && failures.size === 0,
  };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
