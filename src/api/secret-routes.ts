import { z } from 'zod';
import type { Approvals } from '#operators/approvals.ts';
import type { ClientSecrets } from '#relying-parties/client-secrets.ts';
import { answerWaiting } from './change-answers.ts';
import { givenInstant, instant, instantIn, instantOf, waiting } from './common-shapes.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import { secretShape } from './relying-party-shape.ts';
import { type ApiRoute, route } from './route.ts';

export type SecretNeeds = {
  clientSecrets: Pick<ClientSecrets, 'list' | 'issue' | 'end'>;
  entries: OwnEntries;
  approvals: Pick<Approvals, 'ask'>;
};

const listedSecret = z.strictObject({
  id: z.string(),
  createdAt: instant,
  expiresAt: instant.optional(),
  endedAt: instant.optional(),
});

/** Two secrets may hold at a time, so that one is changed without an outage. */
export function secretRoutes({ clientSecrets, entries, approvals }: SecretNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/secrets',
      name: 'listSecrets',
      summary: 'When secrets were made and ended, newest first; what they are is in no place',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'The secrets', body: z.strictObject({ items: z.array(listedSecret) }) } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const secrets = await clientSecrets.list(clientId);
        return {
          status: 200,
          body: {
            items: secrets.map(({ id, createdAt, expiresAt, endedAt }) => ({
              id,
              createdAt: instantOf(createdAt),
              ...instantIn('expiresAt', expiresAt),
              ...instantIn('endedAt', endedAt),
            })),
          },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/secrets',
      name: 'issueSecret',
      summary: 'A new secret beside the one that holds; for an entry in production a second person has to agree first',
      scope: 'api:relying-parties:write',
      cost: 'write',
      body: z.strictObject({ expiresAt: givenInstant.optional() }),
      answers: {
        201: {
          says: 'The secret, shown here and never again',
          body: secretShape.extend({ expiresAt: instant.optional() }),
        },
        202: { says: 'Somebody of the ministry has to agree; then ask again', body: waiting },
      },
      refusals: ['no-secret-used', 'two-secrets-already', 'entry-may-more'],
      async answer({ caller, params, body: { expiresAt } }) {
        const { clientId } = await entries.getToChange(caller, params.clientId);
        const { by, organisationId } = caller;
        const issued = await clientSecrets.issue({ by, clientId, ...(expiresAt !== undefined && { expiresAt }) });
        switch (issued.outcome) {
          case 'issued':
            return {
              status: 201,
              body: { id: issued.id, secret: issued.secret, ...instantIn('expiresAt', issued.expiresAt) },
            };
          case 'needs-approval':
            return answerWaiting(
              await approvals.ask({
                act: 'new-production-secret',
                subject: clientId,
                organisationId,
                askedBy: by,
                why: '',
                payload: {},
              }),
              issued.reasons,
            );
          case 'not-in-the-future':
            throw new Problem('values-refused', { errors: [{ pointer: '#/expiresAt', reason: issued.outcome }] });
          case 'two-already':
            throw new Problem('two-secrets-already');
          case 'no-secret-used':
          case 'not-found':
            throw new Problem(issued.outcome);
        }
      },
    }),
    route({
      method: 'DELETE',
      path: '/relying-parties/{clientId}/secrets/{secretId}',
      name: 'endSecret',
      summary: 'Ends a secret at once, as for one that leaked',
      scope: 'api:relying-parties:write',
      cost: 'write',
      answers: {
        200: { says: 'Ended', body: z.strictObject({ left: z.int().describe('How many still hold') }) },
      },
      refusals: ['entry-may-more'],
      async answer({ caller, params: { clientId, secretId = '' } }) {
        const entry = await entries.getToChange(caller, clientId);
        const ended = await clientSecrets.end({ by: caller.by, clientId: entry.clientId, id: secretId });
        if (ended.outcome === 'not-found') throw new Problem('not-found');
        return { status: 200, body: { left: ended.left } };
      },
    }),
  ];
}
