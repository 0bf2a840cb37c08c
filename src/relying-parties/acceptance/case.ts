import type { LogoutAnswer, Seen } from './acceptance-issuer.ts';
import type { CaseId } from './case-ids.ts';
import type { LogoutSpoil, Spoil } from './spoil.ts';
import type { Subject } from './subject.ts';
import type { Arrival, ExchangeLine, Hop, Visitor } from './visitor.ts';

/** What a case can end with. Only `failed` and `not-tried` stand in the way. */
export type Verdict =
  | 'passed'
  | 'failed'
  /** There is nothing here that could be spoiled, such as a nonce that is not sent. */
  | 'not-applicable'
  /** It could not be carried out, so nothing is known. */
  | 'not-tried';

/** What was seen, in a closed vocabulary that the pages and the API have words for. */
export const SEEN_WORDS = [
  'signed-in',
  'stayed-closed',
  'looks-the-same',
  'closed-with-an-error',
  'nothing-to-spoil',
  'start-unreachable',
  'start-leads-elsewhere',
  'page-unreachable',
  'token-not-asked-for',
  'callback-not-reached',
  'honest-failed',
  'opened-for-a-replay',
  'closed-by-a-replay',
  'replay-changed-nothing',
  'somebody-else-shown',
  'userinfo-may-be-believed',
  'userinfo-ignored',
  'error-is-shown',
  'error-is-not-shown',
  'error-is-a-500',
  'challenge-sent',
  'challenge-missing',
  'redirects-clean',
  'open-redirect',
  'redirect-not-registered',
  'redirect-not-https',
  'logout-closed-the-page',
  'logout-left-the-page-open',
  'logout-refused',
  'logout-believed',
  'logout-answered-wrongly',
  'logout-unreachable',
  'took-too-long',
] as const;
type SeenWord = (typeof SEEN_WORDS)[number];

/** `detail` is a status, a host, a parameter or a reason of ours. */
export type Judged = { verdict: Verdict; seen: SeenWord; detail?: string | undefined };

export type CaseResult = Judged & { caseId: CaseId; exchange: readonly ExchangeLine[] };

/** What the signed-in page looks like to a visitor, compared with what the honest case has shown. */
export type Look =
  | { kind: 'open'; shows: Shown }
  | { kind: 'closed' }
  | { kind: 'error'; status: number }
  | { kind: 'unreachable'; reason: string };

/** Whether the page names the one who signed in, another invented citizen, or nobody that we know. */
export type Shown = 'own' | 'stranger' | 'nobody';

/** One case under way: an issuer that can be told what to spoil, and as many browsers as it takes. */
export type Trial = {
  spoil(spoil: Spoil | undefined): Promise<void>;
  seen(): Promise<Seen>;
  newVisitor(): Visitor;
  /** From the start address until a page, or until `holdCallback` stops it before the relying party hears of the answer. */
  signIn(
    visitor: Visitor,
    options?: { parameter?: { name: string; value: string }; holdCallback?: boolean },
  ): Promise<Arrival>;
  deliver(visitor: Visitor, callback: Hop): Promise<Arrival>;
  lookAt(visitor: Visitor): Promise<Look>;
  /** What the honest case has shown about the signed-in page. */
  honestShows: Shown;
  relyingParty: Pick<Subject, 'redirectUris' | 'hasBackChannelLogout' | 'mayUseLoopback'>;
  sendLogout(spoil: LogoutSpoil | undefined): Promise<LogoutAnswer>;
};

export type Case = { id: CaseId; tries(trial: Trial): Promise<Judged> };

export const passed = (seen: SeenWord, detail?: string): Judged => judged('passed', { seen, detail });
export const failed = (seen: SeenWord, detail?: string): Judged => judged('failed', { seen, detail });
export const notTried = (seen: SeenWord, detail?: string): Judged => judged('not-tried', { seen, detail });
export const notApplicable: Judged = { verdict: 'not-applicable', seen: 'nothing-to-spoil' };

function judged(verdict: Verdict, { seen, detail }: { seen: SeenWord; detail: string | undefined }): Judged {
  return { verdict, seen, ...(detail !== undefined && { detail }) };
}

/** A sign-in that never came to its callback tells nothing of what the relying party does with one. */
export function whyNotReached(arrival: Arrival): Judged {
  if (arrival.outcome === 'elsewhere') return notTried('start-leads-elsewhere', arrival.host);
  if (arrival.outcome === 'unreachable') return notTried('start-unreachable', arrival.reason);
  return notTried('callback-not-reached', arrival.outcome === 'page' ? String(arrival.status) : undefined);
}

/** The verdict of a case that is passed when the page stays closed. */
export function mustStayClosed(look: Look): Judged {
  switch (look.kind) {
    case 'open':
      return failed('signed-in');
    case 'closed':
      return passed('stayed-closed');
    case 'error':
      return passed('closed-with-an-error', String(look.status));
    case 'unreachable':
      return notTried('page-unreachable', look.reason);
  }
}
