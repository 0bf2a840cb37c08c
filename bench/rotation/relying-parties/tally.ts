import type { Refusal } from './own-verification.ts';

/** Refusals of one reason, by one kind of relying party, of one kind of token and one key. */
export type RefusalCount = {
  by: string;
  reason: Refusal;
  tokenKind: string;
  kid: string;
  times: number;
  /** Milliseconds since 1970. */
  firstAt: number;
  lastAt: number;
};

export type TallyReading = {
  accepted: Record<string, number>;
  refusals: RefusalCount[];
  /** The machine was too busy to verify before the token's end. */
  late: number;
  stolen: { accepted: number; refused: number };
};

export function createTally() {
  const accepted = new Map<string, number>();
  const refusals = new Map<string, RefusalCount>();
  const stolen = { accepted: 0, refused: 0 };
  let late = 0;

  return {
    note({
      token,
      tokenKind,
      by,
      refusal,
    }: {
      token: string;
      tokenKind: string;
      by: string;
      refusal: Refusal | undefined;
    }) {
      if (refusal === undefined) {
        accepted.set(by, (accepted.get(by) ?? 0) + 1);
        return;
      }
      const kid = kidOf(token);
      const name = [by, refusal, tokenKind, kid].join('|');
      const now = Date.now();
      const known = refusals.get(name) ?? { by, reason: refusal, tokenKind, kid, times: 0, firstAt: now, lastAt: now };
      refusals.set(name, { ...known, times: known.times + 1, lastAt: now });
    },
    noteStolen(answers: { accepted: number; refused: number }) {
      stolen.accepted += answers.accepted;
      stolen.refused += answers.refused;
    },
    late() {
      late += 1;
    },
    read: (): TallyReading => ({
      accepted: Object.fromEntries(accepted),
      refusals: [...refusals.values()],
      late,
      stolen: { ...stolen },
    }),
  };
}

export function kidOf(token: string): string {
  return String(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid);
}
