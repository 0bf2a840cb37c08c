import { Command } from 'commander';
import { migrate } from '#platform/database/migrate.ts';
import { HOUR } from '#platform/durations.ts';
import { migrations } from '#root/migrations/all.ts';
import { readSettings } from '#root/settings.ts';
import { connectFrom } from './open-stores.ts';

/** An index on all that a nation ever did takes hours, and nobody waits for it. */
const LONGEST_QUERY = 12 * HOUR;

const program = new Command('migrate')
  .description(
    'Bring the database to the schema of this version. Safe to run while the version before is still serving, and twice.',
  )
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed.\nThe embedded database is brought up to date by npm start itself.',
  )
  .action(async ({ json = false }: { json?: boolean }) => {
    const { database, close } = await connectFrom(readSettings(), { longestQueryMs: LONGEST_QUERY });
    try {
      const { applied } = await migrate(database, migrations);
      const words =
        applied.length === 0 ? 'Nothing to do: the schema is up to date.' : `Applied: ${applied.join(', ')}.`;
      process.stdout.write(`${json ? JSON.stringify({ applied }) : words}\n`);
    } finally {
      await close();
    }
  });

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
