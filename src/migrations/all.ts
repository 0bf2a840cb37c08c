import type { Migrations } from '#platform/database/migrate.ts';
import * as dataKeys from './0001-data-keys.ts';
import * as changes from './0002-changes.ts';
import * as audit from './0003-audit.ts';
import * as citizens from './0004-citizens.ts';
import * as relyingParties from './0005-relying-parties.ts';
import * as signingKeys from './0006-signing-keys.ts';
import * as logoutOutbox from './0007-logout-outbox.ts';

/** In the order they run. Forward-only: the version before still runs on the new schema. */
export const migrations: Migrations = {
  '0001-data-keys': dataKeys,
  '0002-changes': changes,
  '0003-audit': audit,
  '0004-citizens': citizens,
  '0005-relying-parties': relyingParties,
  '0006-signing-keys': signingKeys,
  '0007-logout-outbox': logoutOutbox,
};
