import { isolated, link, machineWord } from '../../components.ts';
import type { Html } from '../../html.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';

export const OPERATORS_PATH = '/console/operators';

type RoleName = keyof Text['console']['roles'];

/** Without a name when it is registered no more. */
type OrganisationOfRole = { id: string; name: InBothLanguages | undefined };

/** Whose role it is: staff alone have an organisation. */
export type RoleOfPerson = { citizenId: string; name: string; role: RoleName; organisation?: OrganisationOfRole };

export function organisationLink(text: Text, { id, name }: OrganisationOfRole): Html | undefined {
  const label = name === undefined ? machineWord(id) : isolated(text, name);
  return link({ label, href: `/console/organisations/${encodeURIComponent(id)}` });
}

export function roleOptions(text: Text) {
  return Object.entries(text.console.roles).map(([value, label]) => ({ value, label }));
}
