import { createUniversityApp } from './university/app.ts';
import { openClientKey } from './university/client-key.ts';
import { readUniversitySettings, usage } from './university/settings.ts';
import { createUniversity } from './university/university.ts';
import { logLine, serve } from './web/serve.ts';

/** A demo university: a relying party in its own process, which knows the provider only by its address. */
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const settings = readUniversitySettings(args, process.env);
  const clientKey = await openClientKey({ folder: settings.dataFolder, clientId: settings.clientId });
  const university = createUniversity({ settings, clientKey, now: Date.now, log: logLine });
  serve({ listener: createUniversityApp(university).callback(), port: settings.port, name: settings.clientId });
  void university.findProvider();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 1;
});
