import { z } from 'zod';
import type { Approvals } from '#operators/approvals.ts';
import type { Agreements } from '#relying-parties/agreements.ts';
import { type GoLive, STEPS_TO_LIVE } from '#relying-parties/go-live.ts';
import { agreementBody, agreementShape, givenTerms } from './agreement-shape.ts';
import { answerWaiting } from './change-answers.ts';
import { waiting } from './common-shapes.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import { type ApiRoute, pointerTo, route } from './route.ts';

export type AgreementNeeds = {
  agreements: Pick<Agreements, 'propose' | 'history'>;
  goLive: Pick<GoLive, 'whatIsMissing' | 'whatGoesLive'>;
  entries: OwnEntries;
  approvals: Pick<Approvals, 'ask'>;
};

const missingSteps = z.strictObject({ missing: z.array(z.enum(STEPS_TO_LIVE)) });

/** What an organisation may ask for about citizens, and the way into production. The ministry decides about both. */
export function agreementRoutes({ agreements, goLive, entries, approvals }: AgreementNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/agreements',
      name: 'listAgreements',
      summary: 'Every version, newest first',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'The versions', body: z.strictObject({ items: z.array(agreementShape) }) } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        return { status: 200, body: { items: (await agreements.history(clientId)).map(agreementBody) } };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/agreements',
      name: 'proposeAgreement',
      summary: 'Proposes a version in the place of what waits; nothing holds until the ministry has approved it',
      scope: 'api:agreements:propose',
      cost: 'write',
      body: givenTerms,
      answers: { 201: { says: 'Proposed', body: z.strictObject({ version: z.int() }) } },
      async answer({ caller, params, body }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const proposed = await agreements.propose({ by: caller.by, clientId, terms: body });
        if (proposed.outcome === 'not-found') throw new Problem('not-found');
        if (proposed.outcome === 'refused')
          throw new Problem('values-refused', {
            errors: proposed.faults.map(({ path, reason }) => ({ pointer: pointerTo(path.split('.')), reason })),
          });
        return { status: 201, body: { version: proposed.version } };
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/go-live',
      name: 'whatIsMissing',
      summary: 'What still has to be done before an entry in production may be let through',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'Empty when only the approval is left', body: missingSteps } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        return { status: 200, body: { missing: await goLive.whatIsMissing(clientId) } };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/go-live',
      name: 'askToGoLive',
      summary: 'Asks the ministry to let an entry in production through, with the agreement that is proposed',
      scope: 'api:agreements:propose',
      cost: 'write',
      answers: { 202: { says: 'Somebody of the ministry has to agree', body: waiting } },
      refusals: ['not-from-here', 'steps-missing'],
      async answer({ caller, params }) {
        const { clientId, environment, state } = await entries.get(caller, params.clientId);
        if (environment !== 'production' || state !== 'not-live') throw new Problem('not-from-here');
        const missing = await goLive.whatIsMissing(clientId);
        if (missing.length > 0) throw new Problem('steps-missing', { missing });
        const asked = await approvals.ask({
          act: 'go-live',
          subject: clientId,
          organisationId: caller.organisationId,
          askedBy: caller.by,
          why: '',
          payload: await goLive.whatGoesLive(clientId),
        });
        return answerWaiting(asked, ['reaches-production']);
      },
    }),
  ];
}
