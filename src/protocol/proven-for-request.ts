import type { KoaContextWithOIDC } from 'oidc-provider';
import { amrOf, reaches } from '#citizens/authentication-levels.ts';
import { newestProofs, type Proof, type Strength, strengthsOf } from '#citizens/proofs.ts';
import { SECOND } from '#platform/durations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type Demands, demandsOf } from './demands.ts';
import { LIFETIMES } from './lifetimes.ts';
import { proofsOfLogin, proofsOfSession } from './session-proofs.ts';

type Oidc = KoaContextWithOIDC['oidc'];

/**
 * The proofs that count for this request:
 * - none is older than the absolute limit of a session;
 * - under `prompt=login` (and `max_age=0`) only those given on the way of this request;
 * - under `max_age` only those not older than that, each by its own time, and those given on the way of this request.
 */
export function proofsThatCount(oidc: Pick<Oidc, 'session' | 'result' | 'params' | 'prompts'>, now: number): Proof[] {
  const { session, result, params, prompts } = oidc;
  if (session === undefined) return [];
  const here = proofsOfLogin(result?.login);
  const limit = session.transient === true ? LIFETIMES.sharedSessionAbsolute : LIFETIMES.sessionAbsolute;
  const alive = ({ at }: Proof) => now - at < limit;
  if (prompts.has('login')) return here.filter(alive);
  const maxAge = params?.max_age === undefined ? Number.POSITIVE_INFINITY : Number(params.max_age) * SECOND;
  const fresh = proofsOfSession(session).filter(({ at }) => now - at <= maxAge);
  return newestProofs(fresh, here).filter(alive);
}

/**
 * What the answer says: of the values that were asked for and are reached the strongest, in the relying party's order
 * where two are as strong; our own name of the level where nothing was asked for or none of it is reached.
 */
export function levelToSay(
  proofs: readonly Proof[],
  { wanted, mustReach, isEssential }: Demands,
): Strength | undefined {
  const reached = strengthsOf(proofs);
  const enough = reached.filter(({ acr }) => reaches({ reached: acr, wanted: mustReach }));
  const asked = (from: readonly Strength[]) =>
    wanted
      .flatMap((acr) => from.filter((strength) => strength.acr === acr))
      .sort((one, other) => rank(reached, one) - rank(reached, other))[0];
  return (
    asked(enough) ?? (isEssential ? asked(reached) : undefined) ?? reached.find(({ acr }) => acr.startsWith('urn:'))
  );
}

export function demandsOfRequest({ params }: Pick<Oidc, 'params'>, relyingParty: RelyingParty | undefined): Demands {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return demandsOf({ acrValues: text(params?.acr_values), claims: text(params?.claims) }, relyingParty);
}

/** Codes, and what is exchanged for them, tell the level and the time that this request was answered with. */
export function sayLevel(oidc: Pick<Oidc, 'session'>, said: Strength): void {
  const { session } = oidc;
  Object.defineProperties(oidc, { acr: { value: said.acr }, amr: { value: amrOf(said.methods) } });
  if (session !== undefined)
    Object.defineProperty(session, 'authTime', { value: () => Math.floor(said.provenAt / SECOND) });
}

/** 'urn:panjereh:aal:3' and 'phr' are one level: entries come strongest first, names of one level side by side. */
function rank(reached: readonly Strength[], { acr }: Strength): number {
  return reached.findIndex(
    (each) => reaches({ reached: acr, wanted: each.acr }) && reaches({ reached: each.acr, wanted: acr }),
  );
}
