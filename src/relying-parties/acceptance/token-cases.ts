import type { Seen } from './acceptance-issuer.ts';
import {
  type Case,
  failed,
  mustStayClosed,
  notApplicable,
  notTried,
  passed,
  type Trial,
  whyNotReached,
} from './case.ts';
import type { CaseId } from './case-ids.ts';
import type { HonestVariation, IdTokenSpoil } from './spoil.ts';

/** Nothing is wrong with these, and the relying party has to go on working. */
export const HONEST_CASES: readonly Case[] = [
  honest('honest', undefined),
  honest('honest-rotated', 'rotated'),
  honest('honest-two-keys', 'two-keys'),
  honest('honest-clock', 'clock-ahead'),
];

/** One thing is wrong with the ID token, and nobody may be signed in by it. */
export const TOKEN_CASES: readonly Case[] = [
  hostile('signature'),
  hostile('alg-none'),
  hostile('alg-none-case'),
  hostile('alg-hs256-public'),
  hostile('alg-hs256-secret'),
  hostile('key-unknown'),
  hostile('key-embedded-jwk'),
  hostile('key-embedded-jku'),
  hostile('issuer-other'),
  hostile('issuer-slash'),
  hostile('audience'),
  hostile('audience-many'),
  hostile('expired'),
  hostile('not-yet'),
  hostile('subject-missing'),
  hostile('nonce-wrong', hadNonce),
  hostile('nonce-missing', hadNonce),
  hostile('at-hash', ({ hadAtHash }) => hadAtHash),
  hostile('acr-lower', ({ authorizations }) => (authorizations.at(-1)?.acrValues.length ?? 0) > 0),
  { id: 'userinfo-subject', tries: tryUserinfo },
];

function honest(id: CaseId, spoil: HonestVariation | undefined): Case {
  return {
    id,
    async tries(trial) {
      await trial.spoil(spoil);
      const visitor = trial.newVisitor();
      const arrival = await trial.signIn(visitor);
      if (arrival.callback === undefined) return { ...whyNotReached(arrival), verdict: 'failed' };
      const look = await trial.lookAt(visitor);
      if (look.kind === 'unreachable') return notTried('page-unreachable', look.reason);
      const { tokenRequests } = await trial.seen();
      if (tokenRequests === 0) return failed('token-not-asked-for');
      if (look.kind === 'open') return passed('signed-in');
      const word = id === 'honest' ? 'looks-the-same' : 'stayed-closed';
      return failed(word, arrival.outcome === 'page' ? String(arrival.status) : undefined);
    },
  };
}

/** @param hasWhatIsSpoiled whether there was something to spoil, from what the issuer has seen */
function hostile(id: IdTokenSpoil, hasWhatIsSpoiled: (seen: Seen) => boolean = () => true): Case {
  return {
    id,
    async tries(trial) {
      await trial.spoil(id);
      const visitor = trial.newVisitor();
      const arrival = await trial.signIn(visitor);
      if (arrival.callback === undefined) return whyNotReached(arrival);
      const seen = await trial.seen();
      // A token that was never fetched has deceived nobody, and a closed page would say nothing.
      if (seen.tokenRequests === 0) return notTried('token-not-asked-for');
      if (!hasWhatIsSpoiled(seen)) return notApplicable;
      return mustStayClosed(await trial.lookAt(visitor));
    },
  };
}

function hadNonce({ authorizations }: Seen): boolean {
  return authorizations.at(-1)?.hadNonce === true;
}

async function tryUserinfo(trial: Trial) {
  await trial.spoil('userinfo-subject');
  const visitor = trial.newVisitor();
  const arrival = await trial.signIn(visitor);
  if (arrival.callback === undefined) return whyNotReached(arrival);
  // A page that shows something may fetch it when it is shown, so it is looked at before this is decided.
  const look = await trial.lookAt(visitor);
  const { tokenRequests, userinfoRequests } = await trial.seen();
  if (tokenRequests === 0) return notTried('token-not-asked-for');
  if (userinfoRequests === 0) return notApplicable;
  if (look.kind !== 'open') return mustStayClosed(look);
  if (look.shows === 'stranger') return failed('somebody-else-shown');
  if (look.shows === 'own' || trial.honestShows === 'own') return passed('userinfo-ignored');
  return failed('userinfo-may-be-believed');
}
