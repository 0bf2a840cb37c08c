/** Every case, in the order in which they are tried and reported. The honest one comes first: it shows what signed in looks like. */
export const CASE_IDS = [
  'honest',
  'honest-rotated',
  'honest-two-keys',
  'honest-clock',
  'signature',
  'alg-none',
  'alg-none-case',
  'alg-hs256-public',
  'alg-hs256-secret',
  'key-unknown',
  'key-embedded-jwk',
  'key-embedded-jku',
  'issuer-other',
  'issuer-slash',
  'audience',
  'audience-many',
  'expired',
  'not-yet',
  'subject-missing',
  'nonce-wrong',
  'nonce-missing',
  'at-hash',
  'acr-lower',
  'userinfo-subject',
  'state-wrong',
  'state-missing',
  'response-issuer',
  'code-injected',
  'callback-replayed',
  'error-shown',
  'pkce',
  'redirects',
  'logout-honest',
  'logout-signature',
  'logout-audience',
  'logout-nonce',
  'logout-events',
  'logout-replayed',
  'logout-id-token',
] as const;

export type CaseId = (typeof CASE_IDS)[number];

/** What a case is passed by, in the words of the design's table. */
type Expectation =
  | 'signed-in'
  | 'closed'
  | 'second-changes-nothing'
  | 'closed-or-ignored'
  | 'error-page'
  | 'challenge-sent'
  | 'redirects-clean'
  | 'page-closes'
  | 'refused-and-open';

const OTHERWISE: Partial<Record<CaseId, Expectation>> = {
  'userinfo-subject': 'closed-or-ignored',
  'callback-replayed': 'second-changes-nothing',
  'error-shown': 'error-page',
  pkce: 'challenge-sent',
  redirects: 'redirects-clean',
  'logout-honest': 'page-closes',
};

export function expectationOf(id: CaseId): Expectation {
  const otherwise = OTHERWISE[id];
  if (otherwise !== undefined) return otherwise;
  if (id.startsWith('honest')) return 'signed-in';
  return id.startsWith('logout-') ? 'refused-and-open' : 'closed';
}
