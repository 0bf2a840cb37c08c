import { comparisonKey } from '#platform/persian-text.ts';
import type { ListedOrganisation, OrganisationFault } from './organisation.ts';

type Around = {
  /** What is stored. */
  known: readonly ListedOrganisation[];
  /** What is handed in together: it counts instead of what is stored under the same id. */
  others: readonly ListedOrganisation[];
};

/** A university, a faculty, an institute of the faculty: nothing that exists is deeper. */
const DEEPEST = 5;

/** What is wrong with an organisation only beside the others: its parent is not there or is below it, its name is taken. */
export function createPlaceFaults({
  known,
  others,
}: Around): (organisation: ListedOrganisation) => OrganisationFault[] {
  const all = new Map([...known, ...others].map((each) => [each.id, each]));
  const owners = { fa: ownersOf(all, 'fa'), en: ownersOf(all, 'en') };

  return ({ id, name, parent }) => [
    ...listParentFaults({ id, parent }, all),
    ...(['fa', 'en'] as const)
      .filter((language) => (owners[language].get(comparisonKey(name[language])) ?? []).some((owner) => owner !== id))
      .map((language) => ({ path: `name_${language}`, reason: 'taken' })),
  ];
}

function listParentFaults(
  { id, parent }: Pick<ListedOrganisation, 'id' | 'parent'>,
  all: ReadonlyMap<string, ListedOrganisation>,
): OrganisationFault[] {
  let above = parent;
  for (let depth = 1; above !== undefined; depth += 1) {
    if (above === id) return [{ path: 'parent', reason: 'cycle' }];
    if (depth > DEEPEST) return [{ path: 'parent', reason: 'too-deep' }];
    const found = all.get(above);
    if (found === undefined) return [{ path: 'parent', reason: 'not-found' }];
    above = found.parent;
  }
  return [];
}

/** Two organisations that people cannot tell apart by name are an invitation to pretend. */
function ownersOf(all: ReadonlyMap<string, ListedOrganisation>, language: 'fa' | 'en'): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { id, name } of all.values()) {
    const key = comparisonKey(name[language]);
    owners.set(key, [...(owners.get(key) ?? []), id]);
  }
  return owners;
}
