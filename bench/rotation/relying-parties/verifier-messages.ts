import type { TallyReading } from './tally.ts';

export type VerifierSetup = {
  origins: readonly string[];
  issuer: string;
  each: number;
  dayMs: number;
  timesEach: number;
};

export type ToVerifier =
  | { type: 'token'; token: string; kind: string; endsAt: number }
  | { type: 'stolen'; token: string }
  | { type: 'tell' }
  | { type: 'end' };

export type FromVerifier = TallyReading & {
  /** Tokens whose verification waits for a key set. */
  pending: number;
  fetches: { fetches: number; failed: number; unanswered: number };
};
