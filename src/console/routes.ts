import type Router from '@koa/router';
import { type AcceptanceNeeds, acceptanceRoutes } from './acceptance/routes.ts';
import { type ApprovalNeeds, approvalRoutes } from './approvals/routes.ts';
import { type AuditNeeds, auditRoutes } from './audit/routes.ts';
import type { ConsoleRoute } from './console-route.ts';
import { createGuard } from './guard.ts';
import { type HomeNeeds, homeRoutes } from './home.ts';
import { type OperatorNeeds, operatorRoutes } from './operators/routes.ts';
import { type OrganisationNeeds, organisationRoutes } from './organisations/routes.ts';
import { type RelyingPartyNeeds, relyingPartyRoutes } from './relying-parties/routes.ts';
import { type SecurityNeeds, securityRoutes } from './security/routes.ts';
import { type ConsoleSignInNeeds, consoleSignInRoutes } from './sign-in.ts';
import { type SourcesNeeds, sourcesRoutes } from './sources/routes.ts';

export type ConsoleNeeds = HomeNeeds &
  OrganisationNeeds &
  OperatorNeeds &
  ApprovalNeeds &
  AuditNeeds &
  SecurityNeeds &
  RelyingPartyNeeds &
  SourcesNeeds &
  AcceptanceNeeds;

/** Every page behind the console's sign-in, as one table; each part of the console adds its own. */
export function consoleTable(needs: ConsoleNeeds): ConsoleRoute[] {
  return [
    ...homeRoutes(needs),
    ...organisationRoutes(needs),
    ...operatorRoutes(needs),
    ...approvalRoutes(needs),
    ...auditRoutes(needs),
    ...securityRoutes(needs),
    ...relyingPartyRoutes(needs),
    ...sourcesRoutes(needs),
    ...acceptanceRoutes(needs),
  ];
}

/** The console's room: the way in and out, and the table behind its guard. */
export function consoleRoutes(needs: ConsoleNeeds & ConsoleSignInNeeds & Parameters<typeof createGuard>[0]): Router {
  const router = consoleSignInRoutes(needs);
  const guard = createGuard(needs);
  for (const route of consoleTable(needs)) router.register(route.path, [route.method], guard(route));
  return router;
}
