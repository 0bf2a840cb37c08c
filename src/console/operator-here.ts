import type { Context } from 'koa';
import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { Operator } from '#operators/operators.ts';
import { mayDo, type Permission } from '#operators/permissions.ts';
import type { SecretCookie } from '#platform/http/secret-cookie.ts';
import type { ConsoleSessions } from './console-sessions.ts';

/** Who works in the console in this request. */
export type OperatorHere = {
  citizenId: string;
  name: string;
  /** As they are at this request; none for somebody who has only proven who they are. */
  roles: readonly Operator[];
  /** Staff may act for their own organisation alone: without `about`, or about another one, the answer is no. */
  may(permission: Permission, about?: { organisationId?: string | undefined }): boolean;
  /** Names the console's session; what forms are bound to. */
  sessionKey: string;
};

type Needs = {
  sessions: ConsoleSessions;
  cookie: SecretCookie;
  findCitizen(id: string): Promise<Citizen | undefined>;
  operatorsOf(citizenId: string): Promise<readonly Operator[]>;
};

export type FindOperatorHere = (ctx: Context) => Promise<OperatorHere | undefined>;

/** Roles are read at every request: one that was taken away is gone with the next. */
export function createOperatorHere({ sessions, cookie, findCitizen, operatorsOf }: Needs): FindOperatorHere {
  return async (ctx) => {
    const secret = cookie.read(ctx);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    if (session === undefined) return undefined;
    const [citizen, roles] = await Promise.all([findCitizen(session.citizenId), operatorsOf(session.citizenId)]);
    if (citizen === undefined || !mayUseAccount(citizen)) return undefined;
    return {
      citizenId: citizen.id,
      name: `${citizen.givenName} ${citizen.familyName}`,
      roles,
      may: (permission, about) => roles.some((role) => mayDo(role, permission, about)),
      sessionKey: session.key,
    };
  };
}
