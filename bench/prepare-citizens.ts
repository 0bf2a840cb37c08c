import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import type { MobileNumber } from '#citizens/mobile-number.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { rowId } from '#platform/ids.ts';
import { createCookieSigner } from '#protocol/cookie-keys.ts';
import { applyConsent } from '#protocol/grants.ts';
import type { Services } from '#root/services.ts';
import { cast } from './cast.ts';
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

/** Citizens who signed in earlier; the first `withPassword` of them can sign in again. */
export async function saveCitizens(
  services: Services,
  wanted: { citizens: number; withPassword: number },
): Promise<Filled> {
  const passwordHash = wanted.withPassword > 0 ? await services.people.passwords.hash(cast.password) : undefined;
  const citizens = await inBatches(wanted.citizens, (index) =>
    saveCitizen(services, { index, passwordHash: index < wanted.withPassword ? passwordHash : undefined }),
  );
  return {
    sessionCookies: citizens.map(({ cookie }) => cookie),
    refreshTokens: citizens.map(({ refreshToken }) => refreshToken),
    nationalCodes: citizens.slice(0, wanted.withPassword).map(({ nationalCode }) => nationalCode),
  };
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
    phone: phoneNumber(index),
    identityLevel: 'registry-matched',
  });
  if (passwordHash !== undefined) await people.citizens.setPasswordHash(id, passwordHash);
  // What was agreed to outlives its grant: whoever loses one is not asked again.
  for (const clientId of [cast.relyingParties.rs256, cast.relyingParties.es256])
    await registry.consents.save({ citizenId: id, clientId, ...consent });
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
export function nationalCodeNumber(index: number): NationalCode {
  const [code] = Array.from({ length: 10 }, (_, checkDigit) =>
    readNationalCode(`${100_000_000 + index}${checkDigit}`),
  ).filter((read) => read !== undefined);
  if (code === undefined) throw new Error(`no national code begins with ${100_000_000 + index}`);
  return code;
}

/** A number of their own for everybody, so that no two share the budget of notices that a number has. */
function phoneNumber(index: number): MobileNumber {
  const read = readMobileNumber(`09${String(index).padStart(9, '0')}`);
  if (read === undefined) throw new Error(`${index} makes no mobile number`);
  return read;
}

async function inBatches<Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> {
  const all: Made[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, offset) => make(from + offset));
    all.push(...(await Promise.all(batch)));
  }
  return all;
}
