import type { ConsoleRoute } from '../console-route.ts';
import { type AgreementNeeds, agreementRoutes } from './agreement.ts';
import { type AskNeeds, createAskSecondPerson } from './ask-second-person.ts';
import { type ChangeNeeds, changeRoutes } from './change.ts';
import { type CheckNeeds, checkAddressesRoutes, createCheckAddresses } from './check-addresses.ts';
import { type GoLiveNeeds, goLiveRoutes } from './go-live.ts';
import { type HealthNeeds, healthRoutes } from './health.ts';
import { type ListNeeds, listRoutes } from './list.ts';
import { type OverviewNeeds, overviewRoutes } from './overview.ts';
import { type RecipesNeeds, recipesRoutes } from './recipes.ts';
import { type RegisterNeeds, registerRoutes } from './register.ts';
import { createRelyingPartyHere, type RelyingPartyHereNeeds } from './relying-party-here.ts';
import { type RevisionsNeeds, revisionsRoutes } from './revisions.ts';
import { type SecretsNeeds, secretsRoutes } from './secrets.ts';

export type RelyingPartyNeeds = RelyingPartyHereNeeds &
  ListNeeds &
  CheckNeeds &
  RegisterNeeds &
  ChangeNeeds &
  OverviewNeeds &
  RevisionsNeeds &
  SecretsNeeds &
  AgreementNeeds &
  GoLiveNeeds &
  HealthNeeds &
  RecipesNeeds &
  AskNeeds;

/** The services of universities. The words that are no id stand before `:id`. */
export function relyingPartyRoutes(needs: RelyingPartyNeeds): ConsoleRoute[] {
  const parts = {
    ...needs,
    relyingPartyHere: createRelyingPartyHere(needs),
    second: createAskSecondPerson(needs),
    addresses: createCheckAddresses(needs),
  };
  return [
    ...listRoutes(parts),
    ...checkAddressesRoutes(parts),
    ...registerRoutes(parts),
    ...overviewRoutes(parts),
    ...changeRoutes(parts),
    ...revisionsRoutes(parts),
    ...secretsRoutes(parts),
    ...agreementRoutes(parts),
    ...goLiveRoutes(parts),
    ...healthRoutes(parts),
    ...recipesRoutes(parts),
  ];
}
