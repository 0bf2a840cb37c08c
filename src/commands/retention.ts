import { Command } from 'commander';
import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { pruneStaleAnswers } from '#citizens/attached-claims-store.ts';
import { createClosedAccounts } from '#citizens/closed-accounts.ts';
import { createClosedAccountsStore } from '#citizens/closed-accounts-store.ts';
import { pruneExpiredDevices } from '#citizens/remembered-devices-store.ts';
import { createRetention } from '#citizens/retention.ts';
import { systemClock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { readSettings } from '#root/settings.ts';
import { connectFrom } from './open-stores.ts';

const program = new Command('retention')
  .description(
    'Erase what need not be kept any longer of closed accounts (docs/retention.md). Every running instance does so once an hour; this does it now.',
  )
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nExit codes: 0 done, 1 failed.\nThe embedded database is held by npm start while that runs.')
  .action(async ({ json = false }: { json?: boolean }) => {
    const { database, close } = await connectFrom(readSettings());
    const changeFeed = createChangeFeed({ database, clock: systemClock, pollEveryMs: 0 });
    const auditStore = createAuditStore({
      database,
      onError: (error) => process.stderr.write(`the audit could not be written: ${String(error)}\n`),
    });
    try {
      const retention = createRetention({
        closedAccounts: createClosedAccounts({
          store: createClosedAccountsStore({ database, changeFeed }),
          audit: createAuditEvents(auditStore.record),
          clock: systemClock,
        }),
        devices: { pruneExpired: (at) => pruneExpiredDevices(database, at) },
        attached: { pruneStale: (goodBefore) => pruneStaleAnswers(database, goodBefore) },
        clock: systemClock,
      });
      const done = await retention.run();
      await auditStore.flush();
      const words = `Erased ${done.accountsErased} closed accounts, forgot ${done.devicesForgotten} devices, removed ${done.attachedRemoved} stale statements.`;
      process.stdout.write(`${json ? JSON.stringify(done) : words}\n`);
    } finally {
      changeFeed.close();
      await close();
    }
  });

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
