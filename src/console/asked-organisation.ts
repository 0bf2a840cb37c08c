import type { Context } from 'koa';
import { inQuery } from './console-route.ts';
import type { OperatorHere } from './operator-here.ts';

/** Whose list it is: the organisation that the address names, or the first of one's own. */
export function askedOrganisation(ctx: Context, here: OperatorHere): string | undefined {
  return inQuery(ctx, 'organisation') || ownOrganisations(here)[0];
}

export function ownOrganisations({ roles }: OperatorHere): string[] {
  return [...new Set(roles.flatMap(({ organisationId }) => organisationId ?? []))];
}
