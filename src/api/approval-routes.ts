import { z } from 'zod';
import type { Approvals } from '#operators/approvals.ts';
import { instant, instantIn, instantOf } from './common-shapes.ts';
import { Problem } from './problem.ts';
import { type ApiRoute, route } from './route.ts';

export type ApprovalNeeds = { approvals: Pick<Approvals, 'find'> };

const approval = z.strictObject({
  id: z.string(),
  act: z.string(),
  subject: z.string(),
  state: z.enum(['waiting', 'approved', 'refused', 'lapsed']),
  askedAt: instant,
  decidedAt: instant.optional(),
  why: z
    .string()
    .optional()
    .describe('What whoever decided says; `changed-since`: what it was asked about is gone, ask again'),
});

/** What became of an act that a second person has to agree to. */
export function approvalRoutes({ approvals }: ApprovalNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/approvals/{approvalId}',
      name: 'getApproval',
      summary: 'What became of something that was answered with 202',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'The approval', body: approval } },
      async answer({ caller: { organisationId }, params: { approvalId = '' } }) {
        const found = await approvals.find(approvalId);
        if (found === undefined || found.organisationId !== organisationId) throw new Problem('not-found');
        const { id, act, subject, state, askedAt, decided } = found;
        return {
          status: 200,
          body: {
            id,
            act,
            subject,
            state,
            askedAt: instantOf(askedAt),
            ...instantIn('decidedAt', decided?.at),
            ...(decided !== undefined && { why: decided.why }),
          },
        };
      },
    }),
  ];
}
