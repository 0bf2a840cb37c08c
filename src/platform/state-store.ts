/**
 * What may be lost at the price of signing in again: sessions, grants, codes, tokens, counters.
 * A record is a small map of text fields under one key, with an expiry. Nothing here knows what a record means.
 *
 * A field whose value is the key of another record is a *link*; `read` can follow links, so that a token, its grant
 * and its session arrive in one round trip on a single node.
 *
 * One contract, several stores: tests/contracts/state-store.test.ts runs the same body on each.
 */
export type Fields = Record<string, string>;

export type StateRecord = {
  fields: Fields;
  /** One entry per followed path that led to a record; the path's segments are joined with '>'. */
  linked: Record<string, Fields>;
};

export type StateStore = {
  /**
   * The record, or undefined when it is absent or expired. A path is a list of field names, each holding the key of
   * the next record: `[['grant'], ['session']]` or `[['session', 'grant:abc']]`. A dead link is left out.
   * Every record on the way of a path is returned under its own path.
   */
  read(key: string, options?: { follow?: readonly (readonly string[])[] }): Promise<StateRecord | undefined>;

  /**
   * Writes fields and sets the expiry, in one atomic step. Fields not named stay as they are; `remove` deletes some.
   * `when: 'absent'` and `when: 'present'` make it conditional; the answer says whether the record is there as asked.
   * A record without fields is absent: setting none makes none, and removing the last one removes the record.
   */
  write(key: string, change: StateChange): Promise<boolean>;

  /**
   * Sets `field` only if the record exists and the field is not yet set, in one atomic step: of many callers
   * exactly one is told 'first'. The expiry stays as it is; an absent record is never created.
   */
  claim(key: string, field: string, value: string): Promise<'first' | 'taken' | 'absent'>;

  /** Takes a claim back: the field goes. The expiry stays as it is; an absent record stays absent. */
  release(key: string, field: string): Promise<void>;

  /** Deletes records; absent ones are passed over. */
  remove(keys: readonly string[]): Promise<void>;

  /** Adds a member to an index. Expired members are dropped on the same step, and the index expires with its last member. */
  addToIndex(index: string, member: string, expiresInMs: number): Promise<void>;
  /** The members that have not expired, oldest expiry first. */
  listIndex(index: string): Promise<string[]>;
  removeFromIndex(index: string, members: readonly string[]): Promise<void>;

  /** Round trip to every node; throws when one does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export type StateChange = {
  set?: Fields;
  remove?: readonly string[];
  /** Milliseconds from now, more than 0. */
  expiresInMs: number;
  when?: 'absent' | 'present';
};
