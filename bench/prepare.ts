/**
 * Fills the private stores of a run through our own services, in a process of its own that ends before the first
 * measurement: the server under measurement starts as any instance does and knows no shortcut.
 *
 * Run by bench/start-ours.ts with an IPC channel and the server's environment; says { filled }.
 */

import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { rowId } from '#platform/ids.ts';
import { createCookieSigner } from '#protocol/cookie-keys.ts';
import { applyConsent } from '#protocol/grants.ts';
import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { createServices, type Services } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { cast } from './cast.ts';
import { saveRegistry } from './prepare-registry.ts';
import { signInBeforehand } from './signed-in.ts';

export type Filled = { sessionCookies: string[]; refreshTokens: string[]; nationalCodes: string[] };

/** Citizens are made in batches of this many at once. */
const AT_ONCE = 20;

const consent = {
  scopes: [...cast.scope.split(' '), 'offline_access'],
  claims: ['given_name', 'family_name'],
  refusedClaims: [],
  resources: {},
};

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
    const passwordHash = await services.people.passwords.hash(cast.password);
    const citizens = await inBatches(wanted.citizens, (index) =>
      saveCitizen(services, { index, passwordHash: index < wanted.withPassword ? passwordHash : undefined }),
    );
    return {
      sessionCookies: citizens.map(({ cookie }) => cookie),
      refreshTokens: citizens.map(({ refreshToken }) => refreshToken),
      nationalCodes: citizens.slice(0, wanted.withPassword).map(({ nationalCode }) => nationalCode),
    };
  } finally {
    await services.close();
  }
}

async function saveCitizen(
  { people, registry, provider, cookieSecrets }: Services,
  { index, passwordHash }: { index: number; passwordHash: string | undefined },
) {
  const id = rowId();
  const nationalCode = nationalCodeNumber(index);
  await people.citizens.save({
    id,
    state: 'active',
    givenName: 'آرش',
    familyName: 'کمانگیر',
    birthDate: '1991-03-21',
    nationalCode,
    identityLevel: 'registry-matched',
  });
  if (passwordHash !== undefined) {
    await people.citizens.setPasswordHash(id, passwordHash);
    await registry.consents.save({ citizenId: id, clientId: cast.relyingParties.es256, ...consent });
  }
  await registry.subjects.subjectFor({ citizenId: id, sector: 'bench' });

  const { sessionId, refreshToken } = await signInBeforehand(provider.provider(), {
    accountId: id,
    acr: AUTHENTICATION_LEVELS.password,
    allow: (grant) => applyConsent(grant, consent),
  });
  const name = provider.provider().cookieName('session');
  const cookie = `${name}=${sessionId}`;
  return {
    nationalCode,
    refreshToken,
    cookie: `${cookie}; ${name}.sig=${createCookieSigner(cookieSecrets).sign(cookie)}`,
  };
}

/** A different valid code for every number below 100 million. */
function nationalCodeNumber(index: number): NationalCode {
  const [code] = Array.from({ length: 10 }, (_, checkDigit) =>
    readNationalCode(`${100_000_000 + index}${checkDigit}`),
  ).filter((read) => read !== undefined);
  if (code === undefined) throw new Error(`no national code begins with ${100_000_000 + index}`);
  return code;
}

async function inBatches<Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> {
  const all: Made[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, offset) => make(from + offset));
    all.push(...(await Promise.all(batch)));
  }
  return all;
}
