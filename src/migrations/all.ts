import type { Migrations } from '#platform/database/migrate.ts';

/** In the order they run. Forward-only: the version before still runs on the new schema. */
export const migrations: Migrations = {};
