import type { Context } from 'koa';
import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { Proof } from '#citizens/proofs.ts';
import type { FindCurrentSession } from '#protocol/current-session.ts';

/**
 * Who looks at a page of their own. Where nobody is signed in, or somebody who may no longer use the account, the
 * answer is undefined and the browser is on its way to sign in and back to this page.
 */
export type CitizenHere = (ctx: Context) => Promise<Here | undefined>;

export type Here = { citizen: Citizen; sessionUid: string; proofs: readonly Proof[] };

type Needs = { findCurrentSession: FindCurrentSession; findCitizen(id: string): Promise<Citizen | undefined> };

export function createCitizenHere({ findCurrentSession, findCitizen }: Needs): CitizenHere {
  return async (ctx) => {
    const session = await findCurrentSession(ctx);
    const citizen = session === undefined ? undefined : await findCitizen(session.citizenId);
    if (session !== undefined && citizen !== undefined && mayUseAccount(citizen))
      return { citizen, sessionUid: session.uid, proofs: session.proofs };
    const page = ctx.path.replace(/\/$/, '');
    ctx.status = 303;
    ctx.redirect(`/enter?${new URLSearchParams({ to: page })}`);
    return undefined;
  };
}
