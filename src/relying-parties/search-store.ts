import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { comparisonKey } from '#platform/persian-text.ts';
import type { ListCursor } from './list-cursor.ts';
import type { RelyingPartyRow } from './relying-parties-store.ts';
import type { BothLanguages, Environment, RelyingParty } from './relying-party.ts';

/** A relying party as a list shows it: without its metadata, which nobody reads in a list. */
type ListedRelyingParty = {
  clientId: string;
  organisationId: string;
  name: BothLanguages;
  environment: Environment;
  state: RelyingParty['state'];
  securityProfile: RelyingParty['securityProfile'];
  revision: number;
  /** Milliseconds since 1970. */
  changedAt: number;
};

type ListQuestion = {
  organisationId?: string | undefined;
  /** Words in either language, in any order and in whichever letters and digits; also parts of a client id. */
  search?: string | undefined;
  environment?: Environment | undefined;
  state?: RelyingParty['state'] | undefined;
};

export type ListPage = ListQuestion & { after?: string | undefined; limit?: number | undefined };

export type Listed =
  | { outcome: 'listed'; relyingParties: ListedRelyingParty[] /** The cursor of the next page. */; next?: string }
  | { outcome: 'not-a-cursor' };

const USUAL_LIMIT = 50;
const MOST = 200;
/** A name has 120 characters; nobody types more than this to find one. */
const LONGEST_SEARCH = 200;
const MOST_WORDS = 10;

/** By client id, a page at a time. One query, whose cost does not grow with the number of the page. */
export function createSearch({ database, cursor }: { database: Database; cursor: ListCursor }) {
  const tables = database.withTables<{ relying_parties: RelyingPartyRow }>();

  return {
    async listFor({ after, limit = USUAL_LIMIT, ...asked }: ListPage): Promise<Listed> {
      const { organisationId, environment, state } = asked;
      const words = wordsOf(asked.search);
      const question = { organisationId, environment, state, words };
      const last = after === undefined ? '' : cursor.read(question, after);
      if (last === undefined) return { outcome: 'not-a-cursor' };
      const size = Math.min(Math.max(1, Math.trunc(limit)), MOST);
      let query = tables
        .selectFrom('relying_parties')
        .select(['client_id', 'organisation_id', 'name_fa', 'name_en', 'environment', 'state', 'security_profile'])
        .select(['revision', 'changed_at'])
        .where('client_id', '>', last)
        .orderBy('client_id')
        .limit(size + 1);
      if (organisationId !== undefined) query = query.where('organisation_id', '=', organisationId);
      if (environment !== undefined) query = query.where('environment', '=', environment);
      if (state !== undefined) query = query.where('state', '=', state);
      for (const word of words) query = query.where(sql<boolean>`position(${word} in search_key) > 0`);
      const rows = await query.execute();
      const shown = rows.slice(0, size).map(fromRow);
      const end = shown.at(-1);
      const next = rows.length > size && end !== undefined ? cursor.write(question, end.clientId) : undefined;
      return { outcome: 'listed', relyingParties: shown, ...(next !== undefined && { next }) };
    },

    /** Of many at once; what is not registered has none. */
    async namesOf(clientIds: readonly string[]): Promise<Map<string, BothLanguages>> {
      if (clientIds.length === 0) return new Map();
      const rows = await tables
        .selectFrom('relying_parties')
        .select(['client_id', 'name_fa', 'name_en'])
        .where('client_id', 'in', [...new Set(clientIds)])
        .execute();
      return new Map(rows.map(({ client_id, name_fa, name_en }) => [client_id, { fa: name_fa, en: name_en }]));
    },

    /** What the front door opens: active entries with a page where a sign-in begins. By client id. */
    async listOpenable(): Promise<{ clientId: string; organisationId: string; name: BothLanguages }[]> {
      const rows = await tables
        .selectFrom('relying_parties')
        .select(['client_id', 'organisation_id', 'name_fa', 'name_en'])
        .where('state', '=', 'active')
        .where(sql<boolean>`metadata ? 'initiate_login_uri'`)
        .orderBy('client_id')
        .execute();
      return rows.map(({ client_id, organisation_id, name_fa, name_en }) => ({
        clientId: client_id,
        organisationId: organisation_id,
        name: { fa: name_fa, en: name_en },
      }));
    },
  };
}

function wordsOf(search = ''): string[] {
  const words = comparisonKey(search.slice(0, LONGEST_SEARCH)).split(' ');
  return words.filter((word) => word !== '').slice(0, MOST_WORDS);
}

type Row = Pick<
  RelyingPartyRow,
  | 'client_id'
  | 'organisation_id'
  | 'name_fa'
  | 'name_en'
  | 'environment'
  | 'state'
  | 'security_profile'
  | 'revision'
  | 'changed_at'
>;

function fromRow(row: Row): ListedRelyingParty {
  return {
    clientId: row.client_id,
    organisationId: row.organisation_id,
    name: { fa: row.name_fa, en: row.name_en },
    environment: row.environment,
    state: row.state,
    securityProfile: row.security_profile,
    revision: row.revision,
    changedAt: row.changed_at.getTime(),
  };
}
