import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CITIZENS, DEMO_PASSWORD } from './demo-citizens.ts';

/**
 * Tells whoever started the demo as whom one may sign in: `<data folder>/demo-people.json`, read by demo/start.ts.
 * Only the invented people who are let in; never called in production.
 */
export function writeDemoPeople(dataFolder: string): void {
  const people = DEMO_CITIZENS.filter(({ state }) => state === 'active').map((citizen) => ({
    nationalCode: citizen.nationalCode,
    name: {
      fa: `${citizen.givenName} ${citizen.familyName}`,
      en: `${citizen.givenNameLatin} ${citizen.familyNameLatin}`,
    },
  }));
  const text = JSON.stringify({ password: DEMO_PASSWORD, people }, undefined, 2);
  writeFileSync(join(dataFolder, 'demo-people.json'), `${text}\n`, { mode: 0o600 });
}
