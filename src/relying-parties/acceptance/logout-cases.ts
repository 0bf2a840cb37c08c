import type { LogoutAnswer } from './acceptance-issuer.ts';
import { type Case, failed, type Judged, notApplicable, notTried, passed, type Trial, whyNotReached } from './case.ts';
import type { LogoutSpoil } from './spoil.ts';
import type { Visitor } from './visitor.ts';

/** OpenID Connect Back-Channel Logout 1.0: an honest token ends the session, and a spoiled one is answered with 400 and ends nothing. */
export const LOGOUT_CASES: readonly Case[] = [
  { id: 'logout-honest', tries: signOutHonestly },
  spoiled('logout-signature'),
  spoiled('logout-audience'),
  spoiled('logout-nonce'),
  spoiled('logout-events'),
  { id: 'logout-replayed', tries: replayLogout },
  spoiled('logout-id-token'),
];

async function signOutHonestly(trial: Trial): Promise<Judged> {
  const begun = await beginSession(trial);
  if ('verdict' in begun) return begun;
  const answer = await trial.sendLogout(undefined);
  if ('outcome' in answer) return failed('logout-unreachable', answer.reason);
  if (answer.status !== 200 && answer.status !== 204) return failed('logout-answered-wrongly', String(answer.status));
  const look = await trial.lookAt(begun.visitor);
  if (look.kind === 'unreachable') return notTried('page-unreachable', look.reason);
  return look.kind === 'open' ? failed('logout-left-the-page-open') : passed('logout-closed-the-page');
}

function spoiled(id: LogoutSpoil & Case['id']): Case {
  return {
    id,
    async tries(trial) {
      const begun = await beginSession(trial);
      if ('verdict' in begun) return begun;
      return mustBeRefused(trial, { answer: await trial.sendLogout(id), visitor: begun.visitor });
    },
  };
}

/** The second sign-in goes on with the browser's session at the issuer, so that the old token names the new session, too. */
async function replayLogout(trial: Trial): Promise<Judged> {
  const begun = await beginSession(trial);
  if ('verdict' in begun) return begun;
  const honest = await trial.sendLogout(undefined);
  if ('outcome' in honest) return notTried('logout-unreachable', honest.reason);
  await trial.signIn(begun.visitor);
  const look = await trial.lookAt(begun.visitor);
  if (look.kind !== 'open') return notTried('callback-not-reached');
  return mustBeRefused(trial, { answer: await trial.sendLogout('logout-replayed'), visitor: begun.visitor });
}

async function beginSession(trial: Trial): Promise<{ visitor: Visitor } | Judged> {
  if (!trial.relyingParty.hasBackChannelLogout) return notApplicable;
  await trial.spoil(undefined);
  const visitor = trial.newVisitor();
  const arrival = await trial.signIn(visitor);
  if (arrival.callback === undefined) return whyNotReached(arrival);
  const look = await trial.lookAt(visitor);
  return look.kind === 'open' ? { visitor } : notTried('callback-not-reached');
}

async function mustBeRefused(
  trial: Trial,
  { answer, visitor }: { answer: LogoutAnswer; visitor: Visitor },
): Promise<Judged> {
  if ('outcome' in answer) return notTried('logout-unreachable', answer.reason);
  const look = await trial.lookAt(visitor);
  if (look.kind === 'unreachable') return notTried('page-unreachable', look.reason);
  if (look.kind !== 'open' || answer.status < 400) return failed('logout-believed', String(answer.status));
  return answer.status === 400
    ? passed('logout-refused', '400')
    : failed('logout-answered-wrongly', String(answer.status));
}
