import { kidOf } from './relying-parties/tally.ts';
import type { Issued, TokenKind } from './traffic.ts';

/** What the harness saw of each key at work. */
export type Signatures = {
  note(issued: Issued): void;
  /** Tokens by kind. */
  counts(): Readonly<Record<TokenKind, number>>;
  /** When the last token that this key signed arrived: it cannot have been signed later. */
  lastSignedBy(kid: string): { at: number; node: string } | undefined;
  signedAfter(kid: string, at: number): number;
  /** Any ID token of this key: it lives for minutes, as a thief would like it. */
  stolenFrom(kid: string): string | undefined;
};

export function createSignatures(): Signatures {
  const byKid = new Map<string, { at: number; node: string; times: number[]; idToken?: string }>();
  const counts = { id: 0, access: 0, logout: 0 };

  return {
    note({ token, kind, node, receivedAt }) {
      counts[kind] += 1;
      const kid = kidOf(token);
      const known = byKid.get(kid) ?? { at: 0, node: '', times: [] };
      known.times.push(receivedAt);
      if (receivedAt > known.at) Object.assign(known, { at: receivedAt, node });
      if (kind === 'id') known.idToken = token;
      byKid.set(kid, known);
    },
    counts: () => counts,
    lastSignedBy: (kid) => byKid.get(kid),
    signedAfter: (kid, at) => byKid.get(kid)?.times.filter((time) => time > at).length ?? 0,
    stolenFrom: (kid) => byKid.get(kid)?.idToken,
  };
}
