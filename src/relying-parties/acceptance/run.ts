import type { CaseResult } from './case.ts';

/** What made a run begin: somebody asked, a month had gone by, or what is registered had changed. */
export type Occasion = 'asked' | 'monthly' | 'changed';

export type RunState = 'waiting' | 'running' | 'green' | 'red' | 'broken';

/** Why a run says nothing; it is then as if it had not been. */
export const BROKEN_WHYS = [
  'no-setup',
  'setup-refused',
  'page-unreachable',
  'not-all-tried',
  'instance-lost',
  'our-fault',
] as const;
export type BrokenWhy = (typeof BROKEN_WHYS)[number];

/** What broke on our side: it says nothing about the relying party. */
export const OURS: readonly BrokenWhy[] = ['instance-lost', 'our-fault'];

export type Run = {
  id: string;
  clientId: string;
  /** The revision of the relying party that was tried. */
  revision: number;
  fingerprint: string;
  occasion: Occasion;
  askedBy: string;
  /** Milliseconds since 1970, as is the next. */
  askedAt: number;
  endedAt?: number | undefined;
  state: RunState;
  brokenWhy?: BrokenWhy | undefined;
};

/** With the cases that have been tried so far, in their order. */
export type RunWithResults = Run & { results: readonly CaseResult[] };

export function isUnderWay({ state }: Pick<Run, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}
