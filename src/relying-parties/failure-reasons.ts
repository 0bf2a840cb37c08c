/**
 * Why a request of a relying party failed, in a closed vocabulary: each has words in both languages that say how to mend
 * it. What the citizen decided, and what `prompt=none` is answered with, is no failure.
 */
export const FAILURE_REASONS = [
  'redirect-mismatch',
  'redirect-differs',
  'clock-ahead',
  'assertion-expired',
  'assertion-audience',
  'assertion-replayed',
  'assertion-malformed',
  'key-unknown',
  'key-set-unreachable',
  'signature-wrong',
  'algorithm-wrong',
  'secret-wrong',
  'secret-expired',
  'authentication-method',
  'authentication-malformed',
  'pkce-missing',
  'pkce-wrong',
  'code-used',
  'code-expired',
  'code-unknown',
  'refresh-token',
  'grant-ended',
  'scope',
  'resource',
  'grant-type',
  'response-type',
  'request-object',
  'pushed-request',
  'dpop',
  'level-not-reached',
  'access-token',
  'id-token-hint',
  'request-malformed',
  'our-fault',
  'other',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export type Failure = {
  /** What the page of the error shows, and our log. */
  reference: string;
  clientId: string;
  /** Milliseconds since 1970. */
  at: number;
  endpoint: string;
  reason: FailureReason;
  /** Names as sent; the value only where it tells nothing of anybody and opens nothing. */
  parameters: Readonly<Record<string, string | null>>;
};

export function isFailureReason(text: string): text is FailureReason {
  return FAILURE_REASONS.some((reason) => reason === text);
}
