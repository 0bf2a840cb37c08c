import { type AcceptanceNeeds, acceptanceRoutes } from './acceptance-routes.ts';
import { type AgreementNeeds, agreementRoutes } from './agreement-routes.ts';
import { type ApprovalNeeds, approvalRoutes } from './approval-routes.ts';
import { type HealthNeeds, healthRoutes } from './health-routes.ts';
import { type OrganisationNeeds, organisationRoutes } from './organisation-routes.ts';
import { type RelyingPartyNeeds, relyingPartyRoutes } from './relying-party-routes.ts';
import { type RevisionNeeds, revisionRoutes } from './revision-routes.ts';
import type { ApiRoute } from './route.ts';
import { type SecretNeeds, secretRoutes } from './secret-routes.ts';
import { type UriCheckNeeds, uriCheckRoutes } from './uri-check-routes.ts';

type RouteNeeds = OrganisationNeeds &
  RelyingPartyNeeds &
  RevisionNeeds &
  SecretNeeds &
  AgreementNeeds &
  HealthNeeds &
  UriCheckNeeds &
  ApprovalNeeds &
  AcceptanceNeeds;

/** All of the API, in the order of its document. */
export function apiRoutes(needs: RouteNeeds): readonly ApiRoute[] {
  return [
    ...organisationRoutes(needs),
    ...relyingPartyRoutes(needs),
    ...revisionRoutes(needs),
    ...secretRoutes(needs),
    ...agreementRoutes(needs),
    ...acceptanceRoutes(needs),
    ...uriCheckRoutes(needs),
    ...healthRoutes(needs),
    ...approvalRoutes(needs),
  ];
}
