import type { Clock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { createKeptValue } from '#platform/kept-value.ts';
import { comparisonKey } from '#platform/persian-text.ts';
import type { ListedOrganisation } from '#relying-parties/organisation.ts';
import { type ConnectedService, SERVICE_KINDS } from '#views/window/home.ts';

type BothLanguages = { fa: string; en: string };

/** A relying party that is active and has a page where a sign-in begins. */
type Openable = { clientId: string; organisationId: string; name: BothLanguages };

export type CatalogueEntry = ConnectedService & { clientId: string; searchKey: string };

/** By kind, and in the order of the names of each language. */
export type Catalogue = { fa: readonly CatalogueEntry[]; en: readonly CatalogueEntry[] };

type Needs = {
  listOpenable(): Promise<readonly Openable[]>;
  listOrganisations(): Promise<readonly ListedOrganisation[]>;
  /** Calls back when relying parties have changed. */
  onChange(listener: () => void): void;
  clock: Clock;
};

/** Organisations announce no change: a new name of one is seen after this. */
const READ_EVERY = 2 * MINUTE;
/** A name has a few words; nobody types more than this to find one. */
const MOST_WORDS = 10;

/** What a citizen can open, kept in memory: the front door is everybody's, and its visitors must not load the database. */
export function createCatalogue({ listOpenable, listOrganisations, onChange, clock }: Needs) {
  const kept = createKeptValue<Catalogue>({
    clock,
    forMs: READ_EVERY,
    async read() {
      const [openable, organisations] = await Promise.all([listOpenable(), listOrganisations()]);
      return catalogueOf(openable, organisations);
    },
  });
  onChange(kept.forget);
  return { get: kept.get };
}

export function catalogueOf(openable: readonly Openable[], organisations: readonly ListedOrganisation[]): Catalogue {
  const owners = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  const entries = openable.map(({ clientId, name, organisationId }): CatalogueEntry => {
    const owner = owners.get(organisationId);
    const names = [name.fa, name.en, owner?.name.fa ?? '', owner?.name.en ?? ''];
    return {
      clientId,
      name,
      organisation: owner?.name,
      kind: owner?.kind ?? 'other',
      openHref: `/open/${encodeURIComponent(clientId)}`,
      searchKey: names.map(comparisonKey).join('\n'),
    };
  });
  const inOrderOf = (language: 'fa' | 'en') => {
    const { compare } = new Intl.Collator(language, { numeric: true });
    const rank = ({ kind }: CatalogueEntry) => SERVICE_KINDS.indexOf(kind);
    const owner = ({ organisation, name }: CatalogueEntry) => (organisation ?? name)[language];
    return entries.toSorted(
      (a, b) => rank(a) - rank(b) || compare(owner(a), owner(b)) || compare(a.name[language], b.name[language]),
    );
  };
  return { fa: inOrderOf('fa'), en: inOrderOf('en') };
}

/** Every word that was typed, in any order, in either language, in whichever letters and digits. */
export function searchCatalogue<Entry extends { searchKey: string }>(
  catalogue: readonly Entry[],
  typed: string,
): readonly Entry[] {
  const words = comparisonKey(typed)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  if (words.length === 0) return catalogue;
  return catalogue.filter(({ searchKey }) => words.every((word) => searchKey.includes(word)));
}
