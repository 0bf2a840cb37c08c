import { createHash } from 'node:crypto';
import type { RelyingParty } from '../relying-party.ts';

/** Names what acceptance depends on: the metadata and the security profile, and neither the name nor the state. */
export function fingerprintOf({
  metadata,
  securityProfile,
}: Pick<RelyingParty, 'metadata' | 'securityProfile'>): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder({ metadata, securityProfile })))
    .digest('base64url');
}

/** The database keeps members in an order of its own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}
