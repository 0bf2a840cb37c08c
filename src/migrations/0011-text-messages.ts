import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';

/** Notices that must arrive. Number and words are sealed, and erased as soon as the gateway has taken the message. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('text_messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz', (column) => column.notNull())
    .addColumn('sent_at', 'timestamptz')
    .addColumn('dead_at', 'timestamptz')
    .addColumn('last_error', 'text')
    .execute();

  await database.schema
    .createIndex('text_messages_owed')
    .on('text_messages')
    .column('next_attempt_at')
    .where(sql.ref('sent_at'), 'is', null)
    .where(sql.ref('dead_at'), 'is', null)
    .execute();
}
