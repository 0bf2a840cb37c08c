import { mkdirSync, writeFileSync } from 'node:fs';
import { describeMachine } from '../machine.ts';
import type { Emergency } from './emergency.ts';
import { type Outcome, sum, verificationsOf } from './outcome.ts';
import { pressedWindows, type Weakness } from './timing.ts';

export type Result = {
  outcome: Outcome;
  /** The emergency on src/main.ts as production has it. */
  drill: Outcome;
  complaints: string[];
  /** Processes that wanted a core, averaged over a minute. */
  load: { before: number; after: number };
  /** Runs that lack one protection each; empty where they were not tried. */
  controls: readonly { weakness: Weakness; isNoticed: boolean; complaints: readonly string[] }[];
};

const results = new URL('../results/', import.meta.url);

/** The p99 while keys rotate, beside that of a freeze. */
const MOST_SLOWER = 1.1;

export function writeReport(result: Result, name: string): string {
  mkdirSync(results, { recursive: true });
  const machine = { ...describeMachine({}), command };
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify({ machine, ...result }, undefined, 2)}\n`);
  writeFileSync(new URL(`${name}.md`, results), renderMarkdown(result));
  return `bench/results/${name}.md`;
}

const command = `npm run bench:rotation${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;

export function renderMarkdown({ outcome, drill, complaints, load, controls }: Result): string {
  const machine = describeMachine({});
  return `${[
    `# Keys that rotate under load, ${machine.date.slice(0, 10)}`,
    '',
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GiB, ${machine.system}; Node ${machine.versions.node}, oidc-provider ${machine.versions['oidc-provider']}; commit ${machine.commit}; \`${command}\`, ${outcome.seconds} s. Load of the machine ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end (this run alone keeps about both cores busy).`,
    '',
    renderVerdict({ outcome, complaints, controls }),
    '',
    ...renderCounts(outcome),
    ...renderVerifications(outcome),
    ...renderEmergencies(outcome, drill),
    ...renderControls(controls),
    ...renderLatencies(outcome),
    ...renderWindows(),
  ].join('\n')}\n`;
}

/** The p99 depends on the machine, so missing it fails no run; it is said first all the same. */
function renderVerdict({ outcome: { p99 }, complaints, controls }: Omit<Result, 'drill' | 'load'>): string {
  if (complaints.length > 0) return `**Not passed:**\n\n${complaints.map((it) => `- ${it}`).join('\n')}`;
  const blind = controls.filter(({ isNoticed }) => !isNoticed).map(({ weakness }) => weakness);
  if (blind.length > 0) return `**Not passed: the harness does not see what is missing in ${blind.join(', ')}.**`;
  return p99.rotating > p99.calm * MOST_SLOWER
    ? '**Nothing failed, but the p99 of answers missed its limit (below).**'
    : '**Passed: nobody noticed.**';
}

const lacks: Record<Weakness, string> = {
  'propagation-0': 'keys sign without having been published for a while',
  'retention-0': 'retired keys leave the key set at once',
  'no-standby': 'an emergency without a standby',
  'empty-set': 'the key set is empty for a second',
  'no-fence': 'an instance cut off from its database goes on signing',
};

function renderControls(controls: Result['controls']): string[] {
  if (controls.length === 0)
    return ['The negative controls were not tried in this run: `npm run bench:rotation -- --controls`.', ''];
  return [
    '## The negative controls',
    '',
    'Each is a run without one protection, and has to fail:',
    '',
    ...table(
      ['control', 'what is missing', 'noticed', 'first complaint'],
      controls.map(({ weakness, isNoticed, complaints }) => [
        weakness,
        lacks[weakness],
        isNoticed ? 'yes' : '**no**',
        complaints[0] ?? '',
      ]),
    ),
  ];
}

function renderCounts(outcome: Outcome): string[] {
  const { tokens, answers, patient, traffic, rotations, mishaps, emergencies } = outcome;
  const befell = Object.entries(mishaps).map(([what, times]) => `${what} ${times} ×`);
  return table(
    ['what', 'count'],
    [
      ['Verifications', count(verificationsOf(outcome))],
      ['of which failed', count(sum(outcome.failures.map(({ times }) => times)))],
      ['Tokens: ID / JWT access / logout', `${count(tokens.id)} / ${count(tokens.access)} / ${count(tokens.logout)}`],
      [
        'Sign-ins, refreshes, machines, sign-outs',
        [traffic.signIns, traffic.refreshes, traffic.clientCredentials, traffic.signOuts].map(count).join(', '),
      ],
      ['Answers of the instances', count(answers.answers)],
      ['5xx other than the fence’s', count(answers.serverErrors.length + patient.wrong.length)],
      ['503 of the fence, with Retry-After, asked again elsewhere', count(answers.fenced + patient.fenced)],
      [
        'Connections that broke or timed out at an instance that was away',
        count(answers.interrupted + patient.unanswered),
      ],
      ['Sign-ins and sign-outs begun again because of it', count(traffic.begunAgain)],
      ['Refresh tokens lost with an instance that was killed or stopped in the middle', count(traffic.familiesLost)],
      ['Keys that began to sign', count(rotations)],
      ['Instances', befell.length === 0 ? 'left in peace' : befell.join(', ')],
      ['Emergencies', count(emergencies.length)],
      ['Tokens of revoked keys refused afterwards, as they must be', count(outcome.refusedAsTheyMust)],
      [
        'Stolen tokens presented when every promise was over: refused / accepted',
        `${count(outcome.stolen.refused)} / ${count(outcome.stolen.accepted)}`,
      ],
      ['Fetches of the key set by relying parties', count(outcome.fetches.fetches)],
      ['Verifications left out because the machine was late', count(outcome.late)],
    ],
  );
}

function renderVerifications({ accepted, failures }: Outcome): string[] {
  const kinds = [...new Set([...Object.keys(accepted), ...failures.map(({ by }) => by)])];
  const failed = (kind: string) => failures.filter(({ by }) => by === kind);
  return table(
    ['relying parties', 'accepted', 'failed'],
    kinds.map((kind) => [
      kind,
      count(accepted[kind] ?? 0),
      failed(kind).length === 0
        ? '0'
        : failed(kind)
            .map(({ reason, times }) => `${times} ${reason}`)
            .join(', '),
    ]),
  );
}

function renderEmergencies(outcome: Outcome, drill: Outcome): string[] {
  const named = (of: Outcome, name: string) =>
    of.emergencies.map((it) => ({ ...it, circumstances: `${name}: ${it.circumstances}` }));
  const all = [...named(drill, 'production’s own timing'), ...named(outcome, 'pressed')];
  return [
    'An emergency is the runbook’s `keys revoke` by one person and `keys approve` by another, two programs started for it. Milliseconds:',
    '',
    ...table(
      [
        'circumstances',
        'alg',
        'command to commit',
        'commit to last signature (limit 5,000)',
        'signed after the commit',
        'each instance had learnt it after',
      ],
      all.map((it: Emergency) => [
        it.circumstances,
        it.alg,
        count(it.commandMs),
        count(it.lastSignatureMs),
        count(it.signedAfter),
        Object.values(it.learntMs)
          .map((ms) => (ms === undefined ? 'away' : count(ms)))
          .join(', '),
      ]),
    ),
  ];
}

function renderLatencies({ latencies, p99 }: Outcome): string[] {
  const change = p99.rotating / p99.calm - 1;
  const verdict = Number.isFinite(change)
    ? [
        `Median p99 of the blocks: ${p99.calm.toFixed(1)} ms without rotation (a freeze), ${p99.rotating.toFixed(1)} ms with one every few seconds: ${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(0)} % (target: at most +10 %). The blocks took turns.`,
        '',
      ]
    : [];
  return [
    '## How long answers took',
    '',
    ...verdict,
    ...table(
      ['phase', 'path', 'answers', 'p50 ms', 'p99 ms'],
      latencies
        .filter(({ answers }) => answers >= 100)
        .map(({ phase, path, answers, p50, p99: slow }) => [
          phase,
          path,
          count(answers),
          p50.toFixed(1),
          slow.toFixed(1),
        ]),
    ),
  ];
}

function renderWindows(): string[] {
  const windows = pressedWindows;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return [
    '## The windows',
    '',
    `24 hours became ${seconds(windows.relyingPartyCache)}. All windows stand at the floors that the product computes from it: propagation ${seconds(windows.propagation)}, interval ${seconds(windows.rotationInterval)} (by hand: whenever the rules allow), retention ${seconds(windows.retention)}, tokens ${seconds(windows.longestToken)}; an instance fences itself after 5 s and polls every 0.4 s. The drill runs apart on \`src/main.ts\` with production’s own windows, fence and polling. docs/benchmarks.md says how to read this.`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
