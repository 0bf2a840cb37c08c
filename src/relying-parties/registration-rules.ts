import { randomToken } from '#platform/ids.ts';
import type { MetadataFault } from './client-metadata.ts';
import type { Environment } from './relying-party.ts';

/** An organisation may register from the moment that the ministry took its request up until it is suspended. */
const MAY_REGISTER: readonly string[] = ['in-technical-process', 'accepted', 'connected'];

export function organisationFault(organisation: { stage: string } | undefined): MetadataFault[] {
  const path = 'organisation_id';
  if (organisation === undefined) return [{ path, reason: 'not-found' }];
  if (organisation.stage === 'suspended') return [{ path, reason: 'organisation-suspended' }];
  return MAY_REGISTER.includes(organisation.stage) ? [] : [{ path, reason: 'organisation-not-accepted' }];
}

/** Says whose it is and that it is not for real; 32 random bits more, so that nobody waits for a name. */
export function newClientId({
  organisationId,
  environment,
}: {
  organisationId: string;
  environment: Environment;
}): string {
  const stem = organisationId
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  const ending = Buffer.from(randomToken(), 'base64url').subarray(0, 4).toString('hex');
  return [stem || 'application', ...(environment === 'test' ? ['test'] : []), ending].join('-');
}
