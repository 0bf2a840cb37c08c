import { mkdirSync, writeFileSync } from 'node:fs';
import type { Services } from '#root/services.ts';
import { DEMO_CITIZENS, DEMO_PASSWORD } from './demo-citizens.ts';
import { DEMO_OPERATORS } from './demo-operators.ts';
import { seedDemoCitizens } from './seed-citizens.ts';
import { seedClaimsSources } from './seed-claims-sources.ts';
import { seedDemoOperators } from './seed-operators.ts';
import { seedRelyingParties } from './seed-relying-parties.ts';

/** Demo people, organisations and universities, and a note of who may sign in, for the terminal to show. Refused in production. */
export async function seedDemo(services: Services): Promise<void> {
  const { settings, people, registry, claimsSources } = services;
  await Promise.all([seedDemoCitizens(people), seedRelyingParties(registry)]);
  await seedClaimsSources(claimsSources);
  await seedDemoOperators({ citizens: people.citizens, operators: services.console.operators });
  mkdirSync(settings.dataFolder, { recursive: true });
  const active = DEMO_CITIZENS.filter(({ state }) => state === 'active').map((person) => ({
    nationalCode: person.nationalCode,
    name: { fa: `${person.givenName} ${person.familyName}`, en: `${person.givenNameLatin} ${person.familyNameLatin}` },
  }));
  writeFileSync(
    `${settings.dataFolder}/demo-people.json`,
    JSON.stringify({ password: DEMO_PASSWORD, people: active, operators: DEMO_OPERATORS }, undefined, 2),
  );
}
