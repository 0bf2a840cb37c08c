import { mkdirSync, writeFileSync } from 'node:fs';
import type { Services } from '#root/services.ts';
import { DEMO_CITIZENS, DEMO_PASSWORD } from './demo-citizens.ts';
import { seedDemoCitizens } from './seed-citizens.ts';
import { seedRelyingParties } from './seed-relying-parties.ts';

/** Demo people, organisations and universities, and a note of who may sign in, for the terminal to show. Refused in production. */
export async function seedDemo({ settings, people, registry }: Services): Promise<void> {
  await Promise.all([seedDemoCitizens(people), seedRelyingParties(registry)]);
  mkdirSync(settings.dataFolder, { recursive: true });
  const active = DEMO_CITIZENS.filter(({ state }) => state === 'active').map((person) => ({
    nationalCode: person.nationalCode,
    name: { fa: `${person.givenName} ${person.familyName}`, en: `${person.givenNameLatin} ${person.familyNameLatin}` },
  }));
  writeFileSync(
    `${settings.dataFolder}/demo-people.json`,
    JSON.stringify({ password: DEMO_PASSWORD, people: active }, undefined, 2),
  );
}
