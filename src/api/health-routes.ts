import { z } from 'zod';
import type { RelyingPartyHealth } from '#relying-parties/health.ts';
import { failureBody, failureShape, healthBody, healthShape } from './health-shape.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import { type ApiRoute, route } from './route.ts';

export type HealthNeeds = { health: RelyingPartyHealth; entries: OwnEntries };

/** How the relying parties of the organisation fare. */
export function healthRoutes({ health, entries }: HealthNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/health',
      name: 'getHealth',
      summary: 'Sign-ins, failures by reason, keys and logouts',
      scope: 'api:health:read',
      cost: 'read',
      answers: { 200: { says: 'How it fares', body: healthShape } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const found = await health.healthOf(clientId);
        if (found === undefined) throw new Problem('not-found');
        return { status: 200, body: healthBody(found) };
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/failures',
      name: 'listFailures',
      summary: 'The newest requests that failed; those to the token endpoint show nobody a reference',
      scope: 'api:health:read',
      cost: 'read',
      answers: { 200: { says: 'The failures', body: z.strictObject({ items: z.array(failureShape) }) } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        return { status: 200, body: { items: (await health.listFailures({ clientId })).map(failureBody) } };
      },
    }),
    route({
      method: 'GET',
      path: '/failures/{reference}',
      name: 'findFailure',
      summary: 'One failed request of a relying party of yours, by the reference that its page showed',
      scope: 'api:health:read',
      cost: 'read',
      answers: { 200: { says: 'The failure', body: failureShape } },
      async answer({ caller: { organisationId }, params: { reference = '' } }) {
        const found = await health.findFailure({ reference, organisationId });
        if (found === undefined) throw new Problem('not-found');
        return { status: 200, body: failureBody(found) };
      },
    }),
  ];
}
