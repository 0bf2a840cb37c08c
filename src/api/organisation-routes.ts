import { z } from 'zod';
import type { DomainProofs } from '#relying-parties/domain-proofs.ts';
import { CONTACT_ROLES, ORGANISATION_KINDS, ORGANISATION_STAGES } from '#relying-parties/organisation.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { bothLanguages, instant, instantIn } from './common-shapes.ts';
import { Problem } from './problem.ts';
import { type ApiRoute, route } from './route.ts';

export type OrganisationNeeds = {
  organisations: Pick<Organisations, 'find'>;
  domainProofs: Pick<DomainProofs, 'challenge' | 'check' | 'listOf'>;
};

const domain = z.strictObject({
  domain: z.string(),
  provenAt: instant.optional(),
  method: z.enum(['dns', 'file']).optional(),
  failingSince: instant.optional(),
  publish: z
    .strictObject({
      dns: z.strictObject({ name: z.string(), value: z.string() }),
      file: z.strictObject({ url: z.string(), content: z.string() }),
    })
    .describe('One of the two: the TXT record speaks for everything below the domain, the file for that host alone'),
});

const organisation = z.strictObject({
  id: z.string(),
  name: bothLanguages,
  kind: z.enum(ORGANISATION_KINDS),
  stage: z.enum(ORGANISATION_STAGES),
  parent: z.string().optional(),
  contacts: z.array(z.enum(CONTACT_ROLES)).describe('Which contacts there are; who they are is in the console'),
  domains: z.array(domain),
});

const checked = z.strictObject({
  outcome: z.enum(['proven', 'not-proven', 'of-another-organisation']),
  method: z.enum(['dns', 'file']).optional(),
  reasons: z
    .strictObject({ dns: z.string(), file: z.string() })
    .optional()
    .describe('What was found instead, in each place'),
});

/** Who the caller's organisation is, and which domains it may speak for. */
export function organisationRoutes({ organisations, domainProofs }: OrganisationNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/organisation',
      name: 'getOrganisation',
      summary: 'The organisation that the token belongs to',
      scope: 'api:organisation:read',
      cost: 'read',
      answers: { 200: { says: 'The organisation', body: organisation } },
      async answer({ caller: { organisationId } }) {
        const [found, claims] = await Promise.all([
          organisations.find(organisationId),
          domainProofs.listOf(organisationId),
        ]);
        if (found === undefined) throw new Problem('not-found');
        const { id, name, kind, stage, parent, contacts } = found;
        return {
          status: 200,
          body: {
            id,
            name,
            kind,
            stage,
            ...(parent !== undefined && { parent }),
            contacts: contacts.map(({ role }) => role),
            domains: claims.map((claim) => ({
              domain: claim.domain,
              ...instantIn('provenAt', claim.provenAt),
              ...(claim.method !== undefined && { method: claim.method }),
              ...instantIn('failingSince', claim.failingSince),
              publish: { dns: claim.dns, file: claim.file },
            })),
          },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/organisation/domains',
      name: 'claimDomain',
      summary: 'What to publish to prove that a domain is yours; the same answer each time',
      scope: 'api:organisation:write',
      cost: 'write',
      body: z.strictObject({ domain: z.string().max(253) }),
      answers: { 201: { says: 'The claim', body: domain } },
      async answer({ caller: { organisationId, by }, body }) {
        const claimed = await domainProofs.challenge({ organisationId, domain: body.domain, by });
        if (claimed.outcome === 'refused') throw refusedDomain(claimed.reason);
        const { dns, file } = claimed;
        return { status: 201, body: { domain: claimed.domain, publish: { dns, file } } };
      },
    }),
    route({
      method: 'POST',
      path: '/organisation/domains/{domain}/checks',
      name: 'checkDomain',
      summary: 'Looks for the proof, now, in both places',
      scope: 'api:organisation:write',
      cost: 'outside',
      answers: { 200: { says: 'What was found', body: checked } },
      async answer({ caller: { organisationId, by }, params: { domain: asked = '' } }) {
        const found = await domainProofs.check({ organisationId, domain: asked, by });
        switch (found.outcome) {
          case 'refused':
          case 'no-challenge':
            throw new Problem('not-found');
          case 'proven':
            return { status: 200, body: { outcome: found.outcome, method: found.method } };
          case 'not-proven':
            return { status: 200, body: { outcome: found.outcome, reasons: found.reasons } };
          case 'of-another-organisation':
            return { status: 200, body: { outcome: found.outcome } };
        }
      },
    }),
  ];
}

function refusedDomain(reason: string): Problem {
  return new Problem('values-refused', { errors: [{ pointer: '#/domain', reason }] });
}
