/**
 * Fills the private stores of a run through our own services, in a process of its own that ends before the first
 * measurement: the server under measurement starts as any instance does and knows no shortcut.
 *
 * Run by bench/start-ours.ts with an IPC channel and the server's environment; says { filled }.
 */

import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { createServices } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { type Filled, saveCitizens } from './prepare-citizens.ts';
import { saveRegistry } from './prepare-registry.ts';

process.once('message', (wanted: { citizens: number; withPassword: number }) => {
  void prepare(wanted).then((filled) => process.send?.({ filled }, () => process.disconnect()));
});

async function prepare(wanted: { citizens: number; withPassword: number }): Promise<Filled> {
  const settings = readSettings();
  const keys = await openSigningKeysFrom(settings)({ isRehearsal: false, mayMigrate: true });
  await keys.signingKeys.init({ by: 'bench' });
  await keys.close();

  const services = await createServices(settings);
  try {
    await saveRegistry(services.registry);
    return await saveCitizens(services, wanted);
  } finally {
    await services.close();
  }
}
