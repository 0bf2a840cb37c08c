/**
 * Fills the private stores of a run through our own services, in a process of its own that ends before the first
 * measurement: the server under measurement starts as any instance does and knows no shortcut.
 *
 * Run by bench/start-ours.ts with an IPC channel and the server's environment; says { filled }.
 */

import { rowId } from '#platform/ids.ts';
import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { createServices, type Services } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { type Filled, nationalCodeNumber, saveCitizens } from './prepare-citizens.ts';
import { saveBystanders, saveRegistry } from './prepare-registry.ts';

process.once('message', (wanted: Wanted) => {
  void prepare(wanted).then((filled) => process.send?.({ filled }, () => process.disconnect()));
});

type Wanted = { citizens: number; withPassword: number; relyingParties: number };

async function prepare(wanted: Wanted): Promise<Filled & { operatorCookie: string }> {
  const settings = readSettings();
  const keys = await openSigningKeysFrom(settings)({ isRehearsal: false, mayMigrate: true });
  await keys.signingKeys.init({ by: 'bench' });
  await keys.close();

  const services = await createServices(settings);
  try {
    await saveRegistry(services.registry);
    await saveBystanders(services, wanted.relyingParties);
    return { ...(await saveCitizens(services, wanted)), operatorCookie: await enterConsole(services) };
  } finally {
    await services.close();
  }
}

/** Somebody of the ministry, who has signed in to the console a moment ago. */
async function enterConsole({ people, console }: Services): Promise<string> {
  const citizenId = rowId();
  await people.citizens.save({
    id: citizenId,
    state: 'active',
    givenName: 'سارا',
    familyName: 'کمانگیر',
    birthDate: '1985-03-21',
    identityLevel: 'registry-matched',
    nationalCode: nationalCodeNumber(50_000_000),
  });
  await console.operators.grant({ citizenId, role: 'ministry', by: 'bench', why: 'to measure' });
  const secret = await console.sessions.begin({ citizenId, subject: citizenId, sid: citizenId });
  return `__Host-panjereh_console=${secret}`;
}
