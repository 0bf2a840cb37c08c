import type { Permission } from '#operators/permissions.ts';
import type { ConsoleSection } from '#views/console/page.ts';
import type { OperatorHere } from './operator-here.ts';

/** Who finds which part of the console in the navigation. What may be done there is said by the routes alone. */
const SHOWN_TO: Readonly<Record<ConsoleSection, Permission | 'everybody'>> = {
  home: 'everybody',
  organisations: 'organisations:read',
  operators: 'operators:read',
  approvals: 'approvals:read',
  'relying-parties': 'relying-parties:read',
  sources: 'sources:read',
  keys: 'keys:read',
  incidents: 'incidents:read',
  audit: 'audit:read',
};

/** Staff see what they may do for one of their organisations. */
export function sectionsOf({ may, roles }: Pick<OperatorHere, 'may' | 'roles'>): ConsoleSection[] {
  const mayAnywhere = (needs: Permission) =>
    may(needs) || roles.some(({ organisationId }) => may(needs, { organisationId }));
  const all = Object.entries(SHOWN_TO) as [ConsoleSection, Permission | 'everybody'][];
  return all.flatMap(([section, needs]) => (needs === 'everybody' || mayAnywhere(needs) ? [section] : []));
}
