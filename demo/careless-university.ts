import { createCarelessApp } from './careless/app.ts';
import { readCarelessSettings, usage } from './careless/settings.ts';
import { serve } from './web/serve.ts';

/**
 * A relying party that decodes without verifying and ignores nonce, state and the rest: the control of the acceptance.
 * careless/fails.json lists the cases that it must fail, and those of each flaw alone.
 */
function main(): void {
  try {
    const settings = readCarelessSettings(process.argv.slice(2), process.env);
    const app = createCarelessApp({ settings, ignores: (flaw) => settings.flaws.has(flaw), now: Date.now });
    serve({ listener: app.callback(), port: settings.port, name: settings.clientId });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exitCode = 1;
  }
}

main();
