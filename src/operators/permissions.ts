/** What people who work for the provider, the ministry or a university are. */
export const ROLES = ['university-staff', 'ministry', 'support', 'security', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  'organisations:read',
  'organisations:decide',
  'organisations:import',
  'own-organisation:read',
  'own-organisation:change',
  'relying-parties:read',
  'relying-parties:change',
  'agreements:propose',
  'agreements:decide',
  'acceptance:run',
  'operators:read',
  'operators:change',
  'approvals:read',
  'approvals:decide',
  'sources:read',
  'sources:propose',
  'sources:take-away',
  'health:read',
  'failures:read',
  'incidents:read',
  'incidents:work',
  'audit:read',
  'keys:read',
  'keys:change',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The one table. What is not here nobody may do. */
export const MAY: Readonly<Record<Role, readonly Permission[]>> = {
  'university-staff': [
    'own-organisation:read',
    'own-organisation:change',
    'relying-parties:read',
    'relying-parties:change',
    'agreements:propose',
    'acceptance:run',
    'sources:read',
    'sources:propose',
    'sources:take-away',
    'health:read',
    'failures:read',
  ],
  ministry: [
    'organisations:read',
    'organisations:decide',
    'organisations:import',
    'relying-parties:read',
    'agreements:decide',
    'operators:read',
    'operators:change',
    'approvals:read',
    'approvals:decide',
    'sources:read',
    'sources:take-away',
    'health:read',
  ],
  support: ['organisations:read', 'relying-parties:read', 'sources:read', 'health:read', 'failures:read'],
  security: [
    'organisations:read',
    'relying-parties:read',
    'operators:read',
    'sources:read',
    'sources:take-away',
    'health:read',
    'failures:read',
    'incidents:read',
    'incidents:work',
    'keys:read',
    'keys:change',
  ],
  auditor: [
    'organisations:read',
    'relying-parties:read',
    'operators:read',
    'approvals:read',
    'sources:read',
    'audit:read',
    'keys:read',
  ],
};

/**
 * Whether an operator may do this to what belongs to `about.organisationId`. Staff act for their own organisation
 * alone: without `about`, or about another one, the answer is no.
 */
export function mayDo(
  operator: { role: Role; organisationId?: string | undefined },
  permission: Permission,
  about?: { organisationId?: string | undefined },
): boolean {
  if (!MAY[operator.role].includes(permission)) return false;
  if (operator.role !== 'university-staff') return true;
  return operator.organisationId !== undefined && operator.organisationId === about?.organisationId;
}
