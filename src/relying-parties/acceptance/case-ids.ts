import { ID_TOKEN_SPOILS, LOGOUT_SPOILS, USERINFO_SPOILS } from './spoil.ts';

/**
 * Every case, in the order in which they are tried and reported; one that is about a spoilt token has the name of what
 * is spoilt. The honest one comes first: it shows what signed in looks like.
 */
export const CASE_IDS = [
  'honest',
  'honest-rotated',
  'honest-two-keys',
  'honest-clock',
  ...ID_TOKEN_SPOILS,
  ...USERINFO_SPOILS,
  'state-wrong',
  'state-missing',
  'response-issuer',
  'code-injected',
  'callback-replayed',
  'error-shown',
  'pkce',
  'redirects',
  'logout-honest',
  ...LOGOUT_SPOILS,
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
