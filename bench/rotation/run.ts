/**
 * npm run bench:rotation: three instances rotate their keys every few seconds, are killed, stopped and cut off from
 * their database, while relying parties that cache in every way verify every token.
 *
 * The full run ends with the negative controls: a harness that does not miss a protection proves nothing.
 *
 *   --short            what CI runs: under a minute
 *   --control <name>   takes one protection away: propagation-0, retention-0, no-standby, empty-set, no-fence
 *   --controls         all of them, one after the other; fails when one is not noticed
 *   --json             print the result as JSON
 *   --name <name>      file name in bench/results (default of the full run: rotation)
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { complaintsAbout } from './outcome.ts';
import { controlPlan, drillPlan, fullPlan, shortPlan } from './plan.ts';
import { type Result, renderMarkdown, writeReport } from './report.ts';
import { type Weakness, weaknesses } from './timing.ts';
import { torture } from './torture.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    control: { type: 'string' },
    controls: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    name: { type: 'string' },
  },
});

/** Progress goes to standard error, so that --json stays readable by a program. */
const tell = (what: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);

process.exitCode = options.control !== undefined || options.controls ? await runControls() : await runTorture();

async function runTorture(): Promise<number> {
  const loadBefore = loadavg()[0] ?? 0;
  const outcome = await torture(options.short ? shortPlan : fullPlan, tell);
  const drill = await torture(drillPlan, tell);
  const complaints = [...complaintsAbout(outcome), ...complaintsAbout(drill)];
  const load = { before: loadBefore, after: loadavg()[0] ?? 0 };
  const measured: Result = { outcome, drill, complaints, load, controls: [] };
  keep(measured);
  const result = options.short ? measured : { ...measured, controls: await tryWithout(weaknesses) };
  if (!options.short) keep(result);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : renderMarkdown(result));
  return complaints.length === 0 && result.controls.every(({ isNoticed }) => isNoticed) ? 0 : 1;
}

/** Before the controls too: what took minutes to measure is not lost with them. */
function keep(result: Result): void {
  const name = options.name ?? (options.short ? undefined : 'rotation');
  if (name !== undefined) tell(`written to ${writeReport(result, name)}`);
}

async function runControls(): Promise<number> {
  const wanted = weaknesses.filter((name) => options.controls || name === options.control);
  if (wanted.length === 0) throw new Error(`--control takes one of ${weaknesses.join(', ')}`);
  const seen = await tryWithout(wanted);
  const words = seen.map(({ weakness, isNoticed, complaints }) =>
    [
      `${weakness}: ${isNoticed ? 'fails, as it must' : 'PASSES, so the harness is blind'}`,
      ...complaints.map((it) => `  ${it}`),
    ].join('\n'),
  );
  process.stdout.write(options.json ? `${JSON.stringify(seen)}\n` : `${words.join('\n')}\n`);
  return seen.every(({ isNoticed }) => isNoticed) ? 0 : 1;
}

/** Each run lacks one protection and has to be complained about. */
async function tryWithout(wanted: readonly Weakness[]): Promise<Result['controls']> {
  const seen: Result['controls'][number][] = [];
  for (const weakness of wanted) {
    const complaints = complaintsAbout(await torture(controlPlan(weakness), tell));
    seen.push({ weakness, isNoticed: complaints.length > 0, complaints });
    tell(`${weakness}: ${complaints.length > 0 ? 'noticed' : 'NOT NOTICED'}`);
  }
  return seen;
}
