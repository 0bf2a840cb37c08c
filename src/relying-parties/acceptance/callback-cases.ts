import {
  type Case,
  failed,
  type Judged,
  mustStayClosed,
  notApplicable,
  notTried,
  passed,
  type Trial,
  whyNotReached,
} from './case.ts';
import type { CallbackSpoil } from './spoil.ts';
import type { Arrival, Hop } from './visitor.ts';

/** Something is wrong with what the browser brings back. */
export const CALLBACK_CASES: readonly Case[] = [
  spoiled('state-wrong', { needsState: true }),
  spoiled('state-missing', { needsState: true }),
  spoiled('response-issuer', { needsState: false }),
  { id: 'code-injected', tries: injectCode },
  { id: 'callback-replayed', tries: replayCallback },
  { id: 'error-shown', tries: refuseAccess },
];

function spoiled(id: CallbackSpoil & Case['id'], { needsState }: { needsState: boolean }): Case {
  return {
    id,
    async tries(trial) {
      await trial.spoil(id);
      const visitor = trial.newVisitor();
      const arrival = await trial.signIn(visitor);
      if (arrival.callback === undefined) return whyNotReached(arrival);
      const { authorizations } = await trial.seen();
      if (needsState && authorizations.at(-1)?.hadState !== true) return notApplicable;
      return arrival.outcome === 'unreachable'
        ? notTried('callback-not-reached', arrival.reason)
        : mustStayClosed(await trial.lookAt(visitor));
    },
  };
}

/** The attacker signs in as far as the callback, and the victim's browser brings the attacker's code under its own state. */
async function injectCode(trial: Trial): Promise<Judged> {
  await trial.spoil(undefined);
  const attacker = await trial.signIn(trial.newVisitor(), { holdCallback: true });
  const victim = trial.newVisitor();
  const own = await trial.signIn(victim, { holdCallback: true });
  if (attacker.outcome !== 'held') return whyNotReached(attacker);
  if (own.outcome !== 'held') return whyNotReached(own);
  const injected = withCodeOf(own.hop, attacker.hop);
  if (injected === undefined) return notTried('callback-not-reached');
  const delivered = await trial.deliver(victim, injected);
  if (delivered.outcome === 'unreachable') return notTried('callback-not-reached', delivered.reason);
  return mustStayClosed(await trial.lookAt(victim));
}

function withCodeOf({ url, form }: Hop, other: Hop): Hop | undefined {
  const code = (other.form ?? other.url.searchParams).get('code');
  if (code === null) return undefined;
  const changed = { url: new URL(url), form: form && new URLSearchParams(form) };
  (changed.form ?? changed.url.searchParams).set('code', code);
  return changed;
}

/** Once more in the same browser, and then in that of somebody who has read the address. */
async function replayCallback(trial: Trial): Promise<Judged> {
  await trial.spoil(undefined);
  const visitor = trial.newVisitor();
  const arrival = await trial.signIn(visitor);
  if (arrival.callback === undefined) return whyNotReached(arrival);
  const before = await trial.lookAt(visitor);
  if (before.kind !== 'open') return notTried('callback-not-reached');
  const again = await trial.deliver(visitor, arrival.callback);
  if (again.outcome === 'unreachable') return notTried('callback-not-reached', again.reason);
  const after = await trial.lookAt(visitor);
  if (after.kind === 'unreachable') return notTried('page-unreachable', after.reason);
  const thief = trial.newVisitor();
  await trial.deliver(thief, arrival.callback);
  const stolen = await trial.lookAt(thief);
  if (stolen.kind === 'open') return failed('opened-for-a-replay');
  return after.kind === 'open' ? passed('replay-changed-nothing') : failed('closed-by-a-replay');
}

/** Words that say so, in the languages of these pages; the code of the protocol is one of them. */
const SAYS_SO =
  /access.?denied|denied|refus|declin|reject|cancel|not (?:been )?signed in|not allowed|consent|لغو|رد شد|رد کرد|نپذیرفت|انصراف|انجام نشد|اجازه|ناموفق/i;

async function refuseAccess(trial: Trial): Promise<Judged> {
  await trial.spoil('access-denied');
  const visitor = trial.newVisitor();
  const arrival = await trial.signIn(visitor);
  if (arrival.callback === undefined) return whyNotReached(arrival);
  if (arrival.outcome === 'unreachable') return notTried('callback-not-reached', arrival.reason);
  if ((await trial.lookAt(visitor)).kind === 'open') return failed('signed-in');
  return judgeErrorPage(arrival);
}

function judgeErrorPage(arrival: Arrival): Judged {
  if (arrival.outcome !== 'page') return failed('error-is-not-shown');
  if (arrival.status >= 500) return failed('error-is-a-500', String(arrival.status));
  return arrival.place === 'relying-party' && SAYS_SO.test(arrival.text)
    ? passed('error-is-shown', String(arrival.status))
    : failed('error-is-not-shown', String(arrival.status));
}
