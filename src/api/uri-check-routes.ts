import { z } from 'zod';
import { URI_KINDS, type UriChecks } from '#relying-parties/uri-checks.ts';
import { type ApiRoute, route } from './route.ts';

export type UriCheckNeeds = { uriChecks: Pick<UriChecks, 'checkUri'> };

const finding = z.strictObject({
  reason: z.string(),
  severity: z.enum(['error', 'warning']).describe('An error refuses; a warning is worth a look before going live'),
  detail: z.string().optional(),
});

/** The same judgement as when it is saved, and a look at whether somebody answers there. */
export function uriCheckRoutes({ uriChecks }: UriCheckNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/uri-checks',
      name: 'checkUri',
      summary: 'What would be said of an address, before it is registered',
      scope: 'api:relying-parties:write',
      cost: 'outside',
      body: z.strictObject({
        uri: z.string().max(2000),
        kind: z.enum(URI_KINDS),
        application: z.enum(['web', 'native']).default('web'),
        environment: z.enum(['test', 'production']),
      }),
      answers: { 200: { says: 'What there is to say', body: z.strictObject({ findings: z.array(finding) }) } },
      async answer({ caller: { organisationId }, body }) {
        const findings = await uriChecks.checkUri({ ...body, organisationId });
        return {
          status: 200,
          body: {
            findings: findings.map(({ reason, severity, detail }) => ({
              reason,
              severity,
              ...(detail !== undefined && { detail }),
            })),
          },
        };
      },
    }),
  ];
}
