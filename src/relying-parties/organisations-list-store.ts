import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import {
  type ListedOrganisation,
  ORGANISATION_STAGES,
  type OrganisationKind,
  type OrganisationStage,
} from './organisation.ts';

const ORGANISATION_SORTS = ['name-fa', 'name-en', 'stage', 'since'] as const;
type OrganisationSort = (typeof ORGANISATION_SORTS)[number];
export type OrganisationOrder = { by: OrganisationSort; isDescending: boolean };

/** `since` when it has been at its stage; milliseconds since 1970. */
export type OrganisationInList = ListedOrganisation & { since: number };

type Asked = {
  /** The id of the last one of the page before; '' at the beginning. */
  last: string;
  limit: number;
  kind?: OrganisationKind | undefined;
  stage?: OrganisationStage | undefined;
  words: readonly string[];
  order?: OrganisationOrder | undefined;
};
type Row = {
  id: string;
  name_fa: string;
  name_en: string;
  kind: OrganisationKind;
  stage: OrganisationStage;
  parent: string | null;
  since: Date;
};

/** Code points do not follow the Persian alphabet (پ, چ, ژ and گ come last), and not every database knows its order. */
const ALPHABET = 'ءآاأبپتثجچحخدذرزژسشصضطظعغفقکگلمنوؤهیئ';
/** As many letters of the private use area, which code points do order. */
const IN_ORDER = String.fromCodePoint(...Array.from(ALPHABET, (_letter, index) => 0xe000 + index));

const SINCE = sql`(select max(at) from organisation_stages where organisation_id = organisations.id)`;
const KEYS: Readonly<Record<OrganisationSort, RawBuilder<unknown>>> = {
  // The Persian name stands first in the key, folded.
  'name-fa': sql`translate(search_key, ${ALPHABET}, ${IN_ORDER}) collate "C"`,
  'name-en': sql`lower(name_en) collate "C"`,
  stage: sql`array_position(${[...ORGANISATION_STAGES]}::text[], stage)`,
  since: SINCE,
};

/** A page of them, after `last`; every word is somewhere in the names or the id. By id where no order is asked for. */
export async function listOrganisationsAfter(
  database: Database,
  { last, limit, kind, stage, words, order }: Asked,
): Promise<OrganisationInList[]> {
  const key = order === undefined ? sql`id` : KEYS[order.by];
  const [beyond, direction] = order?.isDescending === true ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`];
  const conditions = [
    sql`true`,
    ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
    ...(stage === undefined ? [] : [sql`stage = ${stage}`]),
    ...words.map((word) => sql`position(${word} in search_key) > 0`),
    ...(last === '' ? [] : [sql`(${key}, id) ${beyond} (select ${key}, id from organisations where id = ${last})`]),
  ];
  const { rows } = await sql<Row>`
    select id, name_fa, name_en, kind, stage, parent, ${SINCE} as since from organisations
    where ${sql.join(conditions, sql` and `)}
    order by ${key} ${direction}, id ${direction} limit ${limit}`.execute(database);
  return rows.map(({ name_fa, name_en, parent, since, ...row }) => ({
    ...row,
    name: { fa: name_fa, en: name_en },
    ...(parent !== null && { parent }),
    since: since.getTime(),
  }));
}
