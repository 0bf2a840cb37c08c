import type { Migrations } from '#platform/database/migrate.ts';
import * as dataKeys from './0001-data-keys.ts';
import * as changes from './0002-changes.ts';
import * as citizens from './0004-citizens.ts';
import * as signingKeys from './0006-signing-keys.ts';

/** In the order they run. Forward-only: the version before still runs on the new schema. */
export const migrations: Migrations = {
  '0001-data-keys': dataKeys,
  '0002-changes': changes,
  '0004-citizens': citizens,
  '0006-signing-keys': signingKeys,
};
