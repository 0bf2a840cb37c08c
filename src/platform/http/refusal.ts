/** An answer of "no" that a person will read. Thrown anywhere in a page; src/protocol/refusal-pages.ts turns it into the page. */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: RefusalReason, status: number, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.status = status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export type RefusalReason =
  | 'not-found'
  | 'method-not-allowed'
  | 'interaction-expired'
  | 'form-expired'
  | 'cross-site'
  | 'not-allowed'
  | 'too-large'
  | 'bad-request'
  | 'busy'
  | 'unavailable';
