/**
 * npm run bench: our server on a real Redis and a real PostgreSQL against oidc-provider alone on its in-memory adapter.
 *
 *   --quick            2 short pairs instead of 6: shows direction, proves nothing
 *   --only W2,W7       only the lines whose id begins with one of these
 *   --json             print the result as JSON
 *   --name <name>      file name in bench/results (default: latest; quick runs write none unless named)
 *   --only L            the ledger alone: what it costs a sign-in, and a citizen's activity with a full one (to ledger.md)
 *   --only R            the registry alone: sign-in, lists and search with 10,000 relying parties (to registry.md)
 *   --stores cluster   ours on a Redis Cluster of three primaries and three replicas instead of one node
 *   --growth 200000    how many sessions and citizens W9 grows to (default: 1,000,000; quick: 100,000)
 *   --against-itself   the yardstick on both sides: what is left of a difference is the noise of the harness
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Compared, Plan } from './compare.ts';
import { compare } from './compare.ts';
import type { Comparison } from './comparisons.ts';
import { comparisons } from './comparisons.ts';
import { measureEnrolment } from './enrolment.ts';
import { judgeStart, measureSessionBytes } from './footprint.ts';
import { measureGrowth } from './growth.ts';
import { measureLedger } from './ledger.ts';
import { describeMachine } from './machine.ts';
import { measurePasswordSignIn, measureUnderSignIns } from './password-limits.ts';
import { GENERATOR_CORE, pinThisProcess, readResidentMegabytes } from './processes.ts';
import { measureRegistry } from './registry.ts';
import type { Finding, Result } from './report.ts';
import { renderMarkdown, writeReport } from './report.ts';
import type { Side } from './side.ts';
import { startBare } from './start-bare.ts';
import { type Ours, startOurs } from './start-ours.ts';
import { createVisitor } from './workloads.ts';

const CITIZENS = 5000;
const WITH_PASSWORD = 500;
const THOROUGH: Plan = { pairs: 6, seconds: 2, warmUpSeconds: 3, concurrency: 16 };
/** Seconds. Every session has been visited once by then, so that what follows measures no empty caches. */
const VISIT_EVERYBODY = 14;
/** Two servers of ours differ by a few per cent where one pair differs by ten: many short pairs, and no empty caches. */
const FINER: Partial<Plan> = { pairs: 60, seconds: 1, warmUpSeconds: VISIT_EVERYBODY };
const QUICK: Plan = { pairs: 2, seconds: 1.5, warmUpSeconds: 1, concurrency: 16 };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'W' },
    json: { type: 'boolean', default: false },
    name: { type: 'string' },
    stores: { type: 'string', default: 'one-node' },
    growth: { type: 'string' },
    'against-itself': { type: 'boolean', default: false },
  },
});

const onCluster = options.stores === 'cluster';
const grownTo = Number(options.growth ?? (options.quick ? 100_000 : 1_000_000));

async function run(): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0;
  pinThisProcess(GENERATOR_CORE);
  const plan = options.quick ? QUICK : THOROUGH;
  if (isAlone(options.only)) return await runAlone(alone[options.only], { plan, loadBefore });
  await using stack = new AsyncDisposableStack();
  const started = async <Started extends Side>(starting: Promise<Started>): Promise<Started> => {
    const side = await starting;
    stack.defer(() => side.stop());
    return side;
  };
  const ours = await started<Side>(
    options['against-itself']
      ? startBare({ name: 'ours', citizens: CITIZENS })
      : startOurs({ citizens: CITIZENS, withPassword: WITH_PASSWORD, onCluster }),
  );
  const bare = await started(startBare({ name: 'bare', citizens: CITIZENS }));

  const atRestMegabytes = readResidentMegabytes(ours.pid);
  const compared = await compareAll({ ours, bare }, plan);
  const findings = isOurs(ours) ? await findLimits(ours, { plan, compared, atRestMegabytes }) : [];
  // Last, because it leaves the stores full.
  if (isOurs(ours) && isWanted({ id: 'W9' }) && !onCluster) findings.push(...(await growAround({ ours, bare }, plan)));
  show({
    machine: { ...describeMachine(ours.versions ?? {}), loadBefore },
    method: describeMethod(plan),
    compared,
    findings,
  });
}

/** What starts servers of its own and has a report of its own. */
const alone = {
  L: {
    name: 'ledger',
    measure: (plan: Plan) => measureLedger(plan, { sessions: CITIZENS, citizens: 2 * CITIZENS, entries: 1_000_000 }),
  },
  R: {
    name: 'registry',
    measure: (plan: Plan) => measureRegistry(plan, { sessions: CITIZENS, few: 10, many: 10_000 }),
  },
};

function isAlone(only: string): only is keyof typeof alone {
  return only in alone;
}

async function runAlone(
  { measure }: (typeof alone)[keyof typeof alone],
  { plan, loadBefore }: { plan: Plan; loadBefore: number },
): Promise<void> {
  const finer = { ...plan, ...(options.quick ? {} : FINER) };
  const findings = await measure(finer);
  const machine = { ...describeMachine({}), loadBefore };
  const method = `${describeMethod(finer)} Beside a ratio stands where the median lies with 95 % confidence.`;
  show({ machine, method, compared: [], findings });
}

async function findLimits(
  ours: Ours,
  { plan, compared, atRestMegabytes }: { plan: Plan; compared: readonly Compared[]; atRestMegabytes: number },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (isWanted({ id: 'W9' }) && !onCluster) findings.push(await measureSessionBytes(ours.redisUrl));
  const sso = compared.findLast(({ id }) => id.startsWith('W2'));
  if (isWanted({ id: 'W10' }) && sso !== undefined) {
    findings.push(...judgeStart({ ...ours, atRestMegabytes, underLoadMegabytes: sso.ours.residentMegabytes }));
  }
  const visitor = await createVisitor(ours, { connections: 2 * plan.concurrency });
  if (isWanted({ id: 'W8' })) findings.push(...(await measureUnderSignIns(visitor, plan)));
  await visitor.exchange.close();
  if (isWanted({ id: 'W3' })) findings.push(...(await measurePasswordSignIn(plan)));
  if (isWanted({ id: 'W11' })) findings.push(await measureEnrolment(plan));
  for (const { id, measured } of findings) process.stderr.write(`${id}: ${measured}\n`);
  return findings;
}

async function growAround(sides: { ours: Ours; bare: Side }, plan: Plan): Promise<Finding[]> {
  const ours = await createVisitor(sides.ours, { connections: plan.concurrency });
  const bare = await createVisitor(sides.bare, { connections: plan.concurrency });
  const { redisUrl, databaseUrl } = sides.ours;
  const around = { ours, bare, redisUrl, databaseUrl, present: CITIZENS };
  const sizes = { few: 2 * CITIZENS, many: grownTo };
  const findings = await measureGrowth(around, sizes, { ...plan, warmUpSeconds: VISIT_EVERYBODY });
  await Promise.all([ours.exchange.close(), bare.exchange.close()]);
  for (const { id, measured } of findings) process.stderr.write(`${id}: ${measured}\n`);
  return findings;
}

function isOurs(side: Side): side is Ours {
  return 'redisUrl' in side;
}

async function compareAll(sides: { ours: Side; bare: Side }, plan: Plan): Promise<Compared[]> {
  const connections = plan.concurrency;
  const ours = await createVisitor(sides.ours, { connections });
  const bare = await createVisitor(sides.bare, { connections });
  const compared: Compared[] = [];
  for (const comparison of comparisons.filter(isWanted)) {
    const isFirstSignOn = comparison.id.startsWith('W2') && !compared.some(({ id }) => id.startsWith('W2'));
    const warmUpSeconds = isFirstSignOn ? VISIT_EVERYBODY : plan.warmUpSeconds;
    const line = await compare({ ours, bare }, comparison, { ...plan, warmUpSeconds });
    tell(line);
    compared.push(line);
    if (!comparison.id.startsWith('W2')) continue;
    compared.push(await compare({ ours, bare }, comparison, { ...plan, concurrency: 1, seconds: plan.seconds / 2 }));
  }
  await Promise.all([ours.exchange.close(), bare.exchange.close()]);
  return compared;
}

function isWanted({ id }: Pick<Comparison, 'id'>): boolean {
  return options.only.split(',').some((wanted) => id.startsWith(wanted));
}

/** Progress goes to standard error, so that --json stays readable by a program. */
function tell({ id, cpuRatio, ours, bare, failures }: Compared): void {
  process.stderr.write(`${id}: CPU ${ours.cpuMs.toFixed(3)} / ${bare.cpuMs.toFixed(3)} ms = ${cpuRatio.toFixed(2)}\n`);
  for (const { side, reason, times } of failures) process.stderr.write(`  FAILED ${times} × on ${side}: ${reason}\n`);
}

function describeMethod({ pairs, seconds, warmUpSeconds, concurrency }: Plan): string {
  return [
    `Both servers pinned to one core, generator and stores to the other; loopback, HTTP/1.1 kept alive, ${concurrency} at a time;`,
    `${CITIZENS} sessions made beforehand; ${warmUpSeconds} s of warm-up, then ${pairs} pairs of ${seconds} s in turn.`,
    'CPU is that of the server process alone; every figure is the median of the runs, the ratio the median of the pairs.',
  ].join(' ');
}

function show(result: Result): void {
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : renderMarkdown(result));
  const usual = isAlone(options.only) ? alone[options.only].name : 'latest';
  const name = options.name ?? (options.quick ? undefined : usual);
  if (name === undefined) return;
  const { markdown } = writeReport(result, name);
  process.stderr.write(`written to ${markdown}\n`);
}

await run();
