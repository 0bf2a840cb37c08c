/**
 * node bench/profile.ts W2-rs256 [seconds] [bare]: where the server's CPU goes during one workload, by package and by function.
 * Self time in milliseconds per operation; the profiler itself adds a few per cent.
 */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { passwordSignIn } from './browser.ts';
import { comparisons } from './comparisons.ts';
import { generateLoad } from './generate.ts';
import { GENERATOR_CORE, pinThisProcess, pinThread } from './processes.ts';
import { startBare } from './start-bare.ts';
import { startOurs } from './start-ours.ts';
import { createVisitor } from './workloads.ts';

const CONCURRENCY = 16;
const CITIZENS = 1000;
const LINES = 45;

const profileShape = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

const [id = 'W2-rs256', seconds = '5', which = 'ours'] = process.argv.slice(2);
const operationOf = id === 'W3' ? passwordSignIn : comparisons.find((one) => one.id === id)?.ours;
if (operationOf === undefined)
  throw new Error(`there is no workload ${id}; there are W3 ${comparisons.map((one) => one.id).join(' ')}`);

pinThisProcess(GENERATOR_CORE);
const folder = mkdtempSync(join(tmpdir(), 'panjereh-profile-'));
const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
const side = await (which === 'bare'
  ? startBare({ name: 'bare', citizens: CITIZENS, nodeOptions })
  : startOurs({ citizens: CITIZENS, withPassword: id === 'W3' ? 300 : 0, nodeOptions }));
// On the server's own core it would be awake mostly while the server waits, and see little of what it does.
pinThread(side.pid, { named: 'v8:ProfEvntProc', core: GENERATOR_CORE });
const visitor = await createVisitor(side, { connections: CONCURRENCY });
const load = await generateLoad(operationOf(visitor), {
  concurrency: id === 'W3' ? 8 : CONCURRENCY,
  seconds: Number(seconds),
});
for (const [reason, times] of load.failures) console.error(`FAILED ${times} ×: ${reason}`);
await visitor.exchange.close();
await side.stop();
const [file] = readdirSync(folder);
if (file === undefined) throw new Error('the server wrote no profile');
report(profileShape.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
console.log(`the whole profile, for the developer tools of a browser: ${join(folder, file)}`);

function report({ nodes, samples, timeDeltas }: z.infer<typeof profileShape>): void {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const byPackage = new Map<string, number>();
  const byFunction = new Map<string, number>();
  // The start of the server and the filling of its caches are left out: only the last seconds count.
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  let at = 0;
  samples.forEach((sample, index) => {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    const frame = frames.get(sample);
    if (frame === undefined || at < total - (Number(seconds) + 1) * 1_000_000) return;
    if (frame.functionName === '(idle)' || frame.functionName === '(program)') return;
    const place = frame.url
      .replace(/^.*node_modules\//, '')
      .replace(/^.*\/main\//, '')
      .replace(/^file:\/\/.*?\/src\//, 'src/');
    const room = frame.url.includes('node_modules')
      ? place
          .split('/')
          .slice(0, place.startsWith('@') ? 2 : 1)
          .join('/')
      : place;
    add(byPackage, frame.url === '' ? frame.functionName : room.replace(/\/[^/]*$/, ''), delta);
    add(byFunction, `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`, delta);
  });
  console.log(`${load.operations} operations`);
  print(byPackage);
  print(byFunction);
}

function add(sums: Map<string, number>, key: string, microseconds: number): void {
  sums.set(key, (sums.get(key) ?? 0) + microseconds);
}

function print(sums: Map<string, number>): void {
  for (const [key, microseconds] of [...sums].sort(([, a], [, b]) => b - a).slice(0, LINES)) {
    console.log(`${(microseconds / 1000 / load.operations).toFixed(4)}  ${key}`);
  }
  console.log('');
}
