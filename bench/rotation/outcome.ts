import type { BalancerCounts } from './balancer.ts';
import { type Emergency, LIMIT_MS } from './emergency.ts';
import type { LatencyLine } from './latencies.ts';
import type { Patience } from './patience.ts';
import type { Control } from './plan.ts';
import type { RefusalCount } from './relying-parties/tally.ts';
import type { FromVerifier } from './relying-parties/verifier-messages.ts';
import type { Timing } from './timing.ts';
import type { TokenKind, TrafficCounts } from './traffic.ts';

/** Everything that a run saw; the report prints it and the verdict judges it. */
export type Outcome = {
  timing: Timing;
  seconds: number;
  /** Verifications that a relying party accepted, by its kind. */
  accepted: Record<string, number>;
  failures: RefusalCount[];
  /** Tokens of a revoked key, refused after its revocation: what they signed before is lost, and that is its price. */
  refusedAsTheyMust: number;
  late: number;
  stolen: { accepted: number; refused: number };
  fetches: FromVerifier['fetches'];
  tokens: Record<TokenKind, number>;
  answers: BalancerCounts;
  patient: Patience['counts'];
  traffic: TrafficCounts;
  /** Why the plan was not played to its end. */
  brokenOff: string | undefined;
  /** Protections taken away at the end of the same run, and how many verifications failed for it. */
  controls: { control: Control; failures: number }[];
  /** Keys that began to sign, of every ring. */
  rotations: number;
  mishaps: Record<string, number>;
  emergencies: Emergency[];
  latencies: LatencyLine[];
  /** Milliseconds, without the times in which an instance was away. */
  p99: { calm: number; rotating: number; storm: number };
};

export function verificationsOf({ accepted, failures }: Pick<Outcome, 'accepted' | 'failures'>): number {
  return sum(Object.values(accepted)) + sum(failures.map(({ times }) => times));
}

/** What is wrong, in words; nothing when the run passed. Latency is judged apart: it depends on the machine's other work. */
export function complaintsAbout(outcome: Outcome): string[] {
  const { failures, answers, patient, traffic, stolen, emergencies, controls } = outcome;
  const failed = sum(failures.map(({ times }) => times));
  const blindTo = controls.filter((it) => it.failures === 0);
  const late = emergencies.filter(({ lastSignatureMs }) => lastSignatureMs > LIMIT_MS);
  return [
    ...(failed > 0 ? [`${failed} failed verifications`] : []),
    ...failures
      .slice(0, 10)
      .map(({ by, reason, tokenKind, times }) => `${times} × ${by}: ${reason} (${tokenKind} tokens)`),
    ...answers.serverErrors.slice(0, 5).map((error) => `5xx: ${error}`),
    ...patient.wrong.slice(0, 5).map((error) => `wrong answer: ${error}`),
    ...[...new Set(traffic.failures.map(({ what }) => what))].slice(0, 5).map((failure) => `failed: ${failure}`),
    ...(stolen.accepted > 0 ? [`${stolen.accepted} relying parties still trusted a revoked key`] : []),
    ...(outcome.brokenOff === undefined ? [] : [`broken off: ${outcome.brokenOff}`]),
    ...blindTo.map(({ control }) => `nobody noticed the control ${control}`),
    ...late.map(
      ({ kid, circumstances, lastSignatureMs }) =>
        `${kid} signed ${lastSignatureMs} ms after its revocation (${circumstances})`,
    ),
  ];
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
