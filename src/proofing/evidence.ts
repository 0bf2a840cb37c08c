/** What an outside service answered about somebody, kept for the day when somebody asks how we knew. */
export type Evidence = {
  source: 'civil-registry' | 'mobile-ownership';
  /** How it was asked: which facts had to agree. */
  method: 'national-code-and-birth-date' | 'national-code-and-mobile-number';
  /** Milliseconds since 1970, ours. */
  at: number;
  /** The number under which the service keeps the question; empty when it gave none. */
  transaction: string;
  result: string;
  /**
   * Keyed hash of the question and the answer: whoever brings both can show that they are what we saw (docs/evidence.md). Keyed, because
   * national codes are few enough to be tried one after another.
   */
  digest: string;
};

/** Members in alphabetical order at every depth, so that one answer has one digest. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
