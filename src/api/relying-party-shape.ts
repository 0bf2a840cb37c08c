import { z } from 'zod';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { bothLanguages, instant, instantIn, instantOf, members } from './common-shapes.ts';

const environment = z.enum(['test', 'production']);
const securityProfile = z.enum(['default', 'fapi2']);
const state = z.enum(['active', 'suspended', 'not-live']);

export const listedShape = z.strictObject({
  clientId: z.string(),
  name: bothLanguages,
  environment,
  state,
  securityProfile,
  revision: z.int(),
  changedAt: instant,
});

export const relyingPartyShape = listedShape.extend({
  metadata: members.describe('In the names of OpenID Connect Dynamic Client Registration 1.0'),
  testedAs: z.string().optional().describe('The test entry whose acceptance speaks for this one'),
  agreement: z
    .strictObject({
      state: z.enum(['in-force', 'not-yet', 'expired']),
      version: z.int(),
      from: instant,
      until: instant.optional(),
    })
    .optional(),
});

/** Shown once. */
export const secretShape = z.strictObject({ id: z.string(), secret: z.string() });

export const changedShape = z.strictObject({ relyingParty: relyingPartyShape, secret: secretShape.optional() });

const metadata = members.describe(
  'As in OpenID Connect Dynamic Client Registration 1.0, and of ours `cors_origins`, `egress_addresses` and `jwks_cache_seconds`; docs/for-relying-parties.md says what each may be',
);
const note = z.string().max(1000).optional().describe('Why; it stays with the revision');

export const draftShape = z.strictObject({
  name: bothLanguages,
  metadata,
  environment,
  securityProfile: securityProfile.default('default'),
  testedAs: z.string().max(64).optional(),
  note,
});

export const changeShape = z
  .strictObject({
    name: bothLanguages.optional(),
    metadata: metadata.optional(),
    securityProfile: securityProfile.optional(),
    testedAs: z.string().max(64).optional(),
    note,
  })
  .describe('Each member that is there replaces the whole of it');

export const listQuery = {
  search: z.string().max(200).optional(),
  environment: environment.optional(),
  state: state.optional(),
};

export function listedBody(
  entry: Pick<RelyingParty, Exclude<keyof z.output<typeof listedShape>, 'changedAt'> | 'changedAt'>,
) {
  const { clientId, name, environment, state, securityProfile, revision, changedAt } = entry;
  return { clientId, name, environment, state, securityProfile, revision, changedAt: instantOf(changedAt) };
}

/** Named member by member: what is new in an entry is nobody's to read until somebody says so. */
export function relyingPartyBody(entry: RelyingParty) {
  const { metadata, testedAs, agreementStanding: standing } = entry;
  return {
    ...listedBody(entry),
    metadata,
    ...(testedAs !== undefined && { testedAs }),
    ...(standing !== undefined && {
      agreement: {
        state: standing.state,
        version: standing.version,
        from: instantOf(standing.from),
        ...instantIn('until', standing.until),
      },
    }),
  };
}

export function tagOf({ revision }: { revision: number }): { ETag: string } {
  return { ETag: `"${revision}"` };
}
