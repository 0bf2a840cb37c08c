import { isLoopbackHost } from '../redirect-uris.ts';
import { type Case, failed, type Judged, notTried, passed, type Trial, whyNotReached } from './case.ts';

/** What the relying party asks for, and where its start of a sign-in can be made to lead. */
export const REQUEST_CASES: readonly Case[] = [
  { id: 'pkce', tries: lookForChallenge },
  { id: 'redirects', tries: tryToLeadAway },
];

async function lookForChallenge(trial: Trial): Promise<Judged> {
  await trial.spoil(undefined);
  const arrival = await trial.signIn(trial.newVisitor());
  const { authorizations } = await trial.seen();
  if (authorizations.length === 0) return whyNotReached(arrival);
  const wrong = authorizations.find(({ codeChallengeMethod }) => codeChallengeMethod !== 'S256');
  return wrong === undefined ? passed('challenge-sent') : failed('challenge-missing', wrong.codeChallengeMethod);
}

/** Nobody's: `.example` is reserved (RFC 2606). It is looked for in redirects, and never asked. */
const ATTACKER = 'attacker.example';

/** The names by which applications say where to go afterwards. */
const ATTEMPTS: readonly { name: string; value: string }[] = [
  ...['target_link_uri', 'next', 'redirect', 'redirect_uri', 'return_to', 'returnTo', 'url', 'continue'].map(
    (name) => ({ name, value: `https://${ATTACKER}/` }),
  ),
  // What a check for "begins with a slash" lets through.
  ...['target_link_uri', 'next', 'returnTo'].map((name) => ({ name, value: `//${ATTACKER}/` })),
];

async function tryToLeadAway(trial: Trial): Promise<Judged> {
  await trial.spoil(undefined);
  const honest = await trial.signIn(trial.newVisitor());
  const asked = [...(await trial.seen()).authorizations];
  if (asked.length === 0) return whyNotReached(honest);
  const { redirectUris, mayUseLoopback } = trial.relyingParty;
  for (const attempt of ATTEMPTS) {
    const arrival = await trial.signIn(trial.newVisitor(), { parameter: attempt });
    if (arrival.outcome === 'elsewhere' && arrival.host === ATTACKER) return failed('open-redirect', attempt.name);
    if (arrival.outcome === 'unreachable') return notTried('start-unreachable', arrival.reason);
  }
  for (const { redirectUri } of [...asked, ...(await trial.seen()).authorizations]) {
    if (!redirectUris.includes(redirectUri)) return failed('redirect-not-registered');
    if (!isSafe(redirectUri, mayUseLoopback)) return failed('redirect-not-https');
  }
  return passed('redirects-clean');
}

function isSafe(redirectUri: string, mayUseLoopback: boolean): boolean {
  const url = URL.parse(redirectUri);
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && mayUseLoopback && isLoopbackHost(url.hostname);
}
