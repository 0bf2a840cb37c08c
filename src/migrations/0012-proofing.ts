import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * Journeys under way (enrolments, recoveries), who holds the right to make a person's account just now, and what
 * outside services answered. What was typed is sealed; devices, persons and stop codes are there as keyed hashes alone.
 */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('journeys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('enrolment', 'recovery')`))
    .addColumn('device_hash', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('draft', 'text', (column) => column.notNull())
    .addColumn('citizen_id', 'text')
    .addColumn('waiting_for', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz')
    .addColumn('stop_hash', 'text', (column) => column.unique())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('journeys_one_a_device', ['kind', 'device_hash'])
    .execute();
  await database.schema
    .createIndex('journeys_waiting')
    .on('journeys')
    .column('next_attempt_at')
    .where(sql.ref('waiting_for'), 'is not', null)
    .execute();
  await database.schema.createIndex('journeys_by_expiry').on('journeys').column('expires_at').execute();
  await database.schema
    .createIndex('journeys_by_citizen')
    .on('journeys')
    .column('citizen_id')
    .where(sql.ref('citizen_id'), 'is not', null)
    .execute();

  await database.schema
    .createTable('person_claims')
    .addColumn('person_hash', 'text', (column) => column.primaryKey())
    .addColumn('journey_id', 'text', (column) => column.notNull())
    .addColumn('held_until', 'timestamptz', (column) => column.notNull())
    .execute();

  // Citizens live in another room's table: no foreign key. Most evidence of a failed check never gets a citizen.
  await database.schema
    .createTable('evidence')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('journey_id', 'text', (column) => column.notNull())
    .addColumn('citizen_id', 'text')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('transaction_id', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .execute();
  await database.schema.createIndex('evidence_by_journey').on('evidence').column('journey_id').execute();
  await database.schema
    .createIndex('evidence_by_citizen')
    .on('evidence')
    .columns(['citizen_id', 'at'])
    .where(sql.ref('citizen_id'), 'is not', null)
    .execute();
}
