import { sql } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import { createFeedCache } from './feed-cache.ts';
import type { BothLanguages } from './relying-party.ts';

/** A resource server that accepts our access tokens (RFC 8707). */
export type Resource = {
  /** An absolute URI without fragment (RFC 8707 section 2), compared by exact string. */
  identifier: string;
  name: BothLanguages;
  scopes: readonly string[];
  organisationId: string;
  accessTokenFormat: 'jwt';
  signingAlg: 'ES256' | 'RS256' | 'PS256' | 'EdDSA';
  accessTokenTtlSeconds: number;
  /** Services without people alone get tokens for it, by client_credentials; nobody's consent is asked for its scopes. */
  isForServicesAlone?: true;
};

export type Resources = {
  /** From the process; a change made anywhere is seen within the feed's delay. */
  find(identifier: string): Promise<Resource | undefined>;
  list(): Promise<Resource[]>;
  save(resource: Resource): Promise<void>;
  close(): void;
};

type Row = {
  identifier: string;
  organisation_id: string;
  name_fa: string;
  name_en: string;
  scopes: string[];
  signing_alg: Resource['signingAlg'];
  access_token_ttl_seconds: number;
  changed_at: Date;
};

const TOPIC = 'resources';
const CACHED = 2000;

export function createResources({
  database,
  changeFeed,
  longestTokenMs,
}: {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce' | 'onChange'>;
  /** The most that `accessTokenTtlSeconds` may be. */
  longestTokenMs: number;
}): Resources {
  const rows = database.withTables<{ resources: Row }>().selectFrom('resources').selectAll();
  const cache = createFeedCache({ changeFeed, topic: TOPIC, load, size: CACHED });

  return {
    find: cache.find,

    async list() {
      return (await rows.orderBy('identifier').execute()).map(fromRow);
    },

    async save(resource) {
      checkIdentifier(resource.identifier);
      checkTokenLife(resource, longestTokenMs / SECOND);
      const row = toRow(resource);
      await database.transaction().execute(async (transaction) => {
        await transaction
          .withTables<{ resources: Row }>()
          .insertInto('resources')
          .values({ identifier: resource.identifier, ...row })
          .onConflict((conflict) => conflict.column('identifier').doUpdateSet(row))
          .execute();
        await changeFeed.announce(transaction, { topic: TOPIC, key: resource.identifier });
      });
      cache.forget(resource.identifier);
    },

    close: cache.close,
  };

  async function load(identifier: string): Promise<Resource | undefined> {
    const row = await rows.where('identifier', '=', identifier).executeTakeFirst();
    return row && fromRow(row);
  }
}

function checkIdentifier(identifier: string): void {
  const url = URL.parse(identifier);
  if (url?.protocol !== 'https:' || identifier.includes('#')) {
    throw new TypeError(`a resource is named by an https URI without fragment, not by "${identifier}"`);
  }
}

function checkTokenLife({ identifier, accessTokenTtlSeconds: seconds }: Resource, longest: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest)
    throw new RangeError(
      `tokens for ${identifier} would live ${seconds} s: whole seconds from 1 to ${longest}, because they cannot be called back`,
    );
}

function toRow(resource: Resource) {
  return {
    organisation_id: resource.organisationId,
    name_fa: resource.name.fa,
    name_en: resource.name.en,
    scopes: sql<string[]>`${JSON.stringify(resource.scopes)}::jsonb`,
    signing_alg: resource.signingAlg,
    access_token_ttl_seconds: resource.accessTokenTtlSeconds,
    changed_at: sql<Date>`now()`,
  };
}

function fromRow(row: Row): Resource {
  return {
    identifier: row.identifier,
    name: { fa: row.name_fa, en: row.name_en },
    scopes: row.scopes,
    organisationId: row.organisation_id,
    accessTokenFormat: 'jwt',
    signingAlg: row.signing_alg,
    accessTokenTtlSeconds: row.access_token_ttl_seconds,
  };
}
