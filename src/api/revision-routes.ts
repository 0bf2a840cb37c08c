import { z } from 'zod';
import type { Approvals } from '#operators/approvals.ts';
import type { WaitingChange } from '#relying-parties/approved-acts.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { answerChange, askForChange } from './change-answers.ts';
import { instant, instantOf, members, waiting } from './common-shapes.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import { changedShape } from './relying-party-shape.ts';
import { type ApiRoute, route } from './route.ts';

export type RevisionNeeds = {
  registrations: Pick<Registrations, 'change' | 'listRevisions' | 'compareRevisions'>;
  entries: OwnEntries;
  approvals: Pick<Approvals, 'ask'>;
};

const revision = z.strictObject({
  revision: z.int(),
  at: instant,
  by: z.string().describe('`client:<id>` for a call of this API, `operator` for a person'),
  note: z.string(),
  isApproved: z.boolean().describe('Whether a second person agreed'),
  registered: members.describe('What was registered then'),
});

const number = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);

const difference = z.strictObject({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() });

/** Every change is a revision that can be compared and restored. */
export function revisionRoutes({ registrations, entries, approvals }: RevisionNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/revisions',
      name: 'listRevisions',
      summary: 'Every change, newest first; the newest 200',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'The revisions', body: z.strictObject({ items: z.array(revision) }) } },
      async answer({ caller, params }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const revisions = await registrations.listRevisions(clientId);
        return {
          status: 200,
          body: {
            items: revisions.map(({ revision, at, by, approvedBy, note, picture }) => ({
              revision,
              at: instantOf(at),
              // People are named in the console alone.
              by: by.startsWith('client:') ? by : 'operator',
              note,
              isApproved: approvedBy !== undefined,
              registered: picture,
            })),
          },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}/differences',
      name: 'compareRevisions',
      summary: 'What differs between two revisions',
      scope: 'api:relying-parties:read',
      cost: 'read',
      query: z.strictObject({ from: number, to: number }),
      answers: { 200: { says: 'The differences', body: z.strictObject({ items: z.array(difference) }) } },
      async answer({ caller, params, query: { from, to } }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const items = await registrations.compareRevisions(clientId, from, to);
        if (items === undefined) throw new Problem('not-found');
        return { status: 200, body: { items } };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/revisions/{revision}/restoration',
      name: 'restoreRevision',
      summary: 'Registers again what that revision has, by the rules of today',
      scope: 'api:relying-parties:write',
      cost: 'write',
      needsRevision: true,
      answers: {
        200: { says: 'Restored', body: changedShape },
        202: { says: 'Somebody of the ministry has to agree', body: waiting },
      },
      refusals: ['entry-may-more'],
      async answer({ caller, params, expectedRevision }) {
        const { clientId } = await entries.getToChange(caller, params.clientId);
        const then = (await registrations.listRevisions(clientId)).find(
          (each) => String(each.revision) === params.revision,
        );
        if (then === undefined) throw new Problem('not-found');
        const { name, metadata, securityProfile, testedAs } = then.picture;
        const change = { name, metadata, securityProfile, testedAs };
        const asked: WaitingChange = { change, expectedRevision, note: `revision ${then.revision} again` };
        const changed = await registrations.change({ by: caller.by, clientId, ...asked });
        return answerChange(changed, { ask: askForChange({ approvals, caller, clientId, asked }) });
      },
    }),
  ];
}
