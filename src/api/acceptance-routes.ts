import { z } from 'zod';
import type { AcceptanceRuns } from '#relying-parties/acceptance/acceptance-runs.ts';
import type { Setups } from '#relying-parties/acceptance/setups.ts';
import { acceptanceReport, acceptanceRun, reportBody, runBody } from './acceptance-report.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import { type ApiRoute, route } from './route.ts';

export type AcceptanceNeeds = {
  acceptanceRuns: Pick<AcceptanceRuns, 'start' | 'find' | 'listOf'>;
  acceptanceSetups: Pick<Setups, 'save'>;
  entries: OwnEntries;
};

const setup = z.strictObject({
  startUrl: z.string().max(2000).describe('Where a sign-in at your test instance begins'),
  signedInUrl: z.string().max(2000).describe('A page that only a signed-in person sees'),
});

/** The provider tries the university's own software; its pipeline asks for it and waits for green. */
export function acceptanceRoutes({ acceptanceRuns, acceptanceSetups, entries }: AcceptanceNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/acceptance-setup',
      name: 'setUpAcceptance',
      summary: 'Says where a sign-in begins and what only a signed-in person sees',
      scope: 'api:acceptance:run',
      cost: 'write',
      body: setup,
      answers: { 200: { says: 'Kept', body: setup } },
      async answer({ caller, params, body }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const saved = await acceptanceSetups.save({ clientId, by: caller.by, setup: body });
        if (saved.outcome === 'not-found') throw new Problem('not-found');
        if (saved.outcome === 'refused')
          throw new Problem('values-refused', {
            errors: saved.faults.map(({ path, reason }) => ({
              pointer: path === 'start_url' ? '#/startUrl' : '#/signedInUrl',
              reason,
            })),
          });
        return { status: 200, body };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/acceptance-runs',
      name: 'startAcceptanceRun',
      summary:
        'Begins a run, or tells of the one that is under way; ask for it until its state is green, red or broken',
      scope: 'api:acceptance:run',
      cost: 'outside',
      answers: { 202: { says: 'Under way', body: acceptanceRun } },
      refusals: ['no-acceptance-setup'],
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const started = await acceptanceRuns.start({ clientId, by: caller.by });
        switch (started.outcome) {
          case 'started':
          case 'under-way':
            return {
              status: 202,
              body: runBody(started.run),
              headers: { Location: `/api/relying-parties/${clientId}/acceptance-runs/${started.run.id}` },
            };
          case 'too-many':
            throw new Problem('too-many-requests', {
              headers: { 'Retry-After': String(Math.ceil(started.retryAfterMs / 1000)) },
            });
          case 'no-setup':
            throw new Problem('no-acceptance-setup');
          case 'not-found':
            throw new Problem('not-found');
        }
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/acceptance-runs',
      name: 'listAcceptanceRuns',
      summary: 'The newest runs, without their cases',
      scope: 'api:acceptance:run',
      cost: 'read',
      answers: { 200: { says: 'The runs', body: z.strictObject({ items: z.array(acceptanceRun) }) } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        return { status: 200, body: { items: (await acceptanceRuns.listOf(clientId)).map(runBody) } };
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/acceptance-runs/{runId}',
      name: 'getAcceptanceRun',
      summary:
        'The report of a run, case by case, also while it is under way: ask again until its state is green, red or broken',
      scope: 'api:acceptance:run',
      cost: 'read',
      answers: { 200: { says: 'The report', body: acceptanceReport } },
      async answer({ caller, params: { clientId: asked, runId = '' } }) {
        const { clientId } = await entries.get(caller, asked);
        const found = await acceptanceRuns.find(runId);
        if (found === undefined || found.clientId !== clientId) throw new Problem('not-found');
        return { status: 200, body: reportBody(found) };
      },
    }),
  ];
}
