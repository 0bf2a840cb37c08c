import { randomBytes } from 'node:crypto';
import { type Authenticate, type AuthenticateNeeds, createAuthenticate } from '#citizens/authenticate.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { createCitizensStore } from '#citizens/citizens-store.ts';
import { createFindWithFactors } from '#citizens/factors-store.ts';
import { createKnownDevices } from '#citizens/known-devices.ts';
import { createSignInAttempts } from '#citizens/sign-in-attempts.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { rowId } from '#platform/ids.ts';
import { createRateLimits, type RateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { openEmbedded } from '#tests/support/servers.ts';

import { makeNationalCode } from './make-national-code.ts';

export type OpenCitizens = Awaited<ReturnType<typeof openCitizens>>;

/** The whole room on a migrated database, embedded unless another is given. */
export async function openCitizens(given?: DatabaseConnection) {
  const connection = given ?? (await openEmbedded());
  const { database } = connection;
  await migrate(database, migrations);
  const clock = createFakeClock();
  const changeFeed = createChangeFeed({ database, clock, pollEveryMs: 0 });
  const sealer = createSealer([{ id: 'test', secret: randomBytes(32) }]);
  const lookupHash = createKeyedHash(randomBytes(32));
  const citizens = createCitizensStore({ database, sealer, lookupHash, changeFeed });
  const findWithFactors = createFindWithFactors({ database, sealer });

  const keyedHash = createKeyedHash(randomBytes(32));
  const knownDevices = createKnownDevices({ keyedHash, clock });
  const refusals: Parameters<AuthenticateNeeds['audit']['signInRefused']>[0][] = [];
  const audit: AuthenticateNeeds['audit'] = {
    async signInRefused(event) {
      refusals.push(event);
    },
  };

  return {
    connection,
    database,
    clock,
    changeFeed,
    citizens,
    findWithFactors,
    /** What the audit heard, in order. */
    refusals,
    openAttempts(rateLimits: RateLimits = createRateLimits()) {
      return createSignInAttempts({ rateLimits, keyedHash, knownDevices });
    },
    openAuthenticate(needs: Pick<AuthenticateNeeds, 'passwords'> & Partial<AuthenticateNeeds>): Authenticate {
      return createAuthenticate({ citizens, findWithFactors, attempts: this.openAttempts(), audit, ...needs });
    },
    async close() {
      changeFeed.close();
      await connection.close();
    },
  };
}

let serial = 100_000_000;

/** A citizen nobody else in this run is. */
export function someCitizen(change: Partial<Citizen> = {}): Citizen {
  serial += 1;
  return {
    id: rowId(),
    state: 'active',
    givenName: 'آرش',
    familyName: 'کاویانی',
    birthDate: '2002-12-21',
    nationalCode: makeNationalCode(serial),
    identityLevel: 'registry-matched',
    updatedAt: 0,
    ...change,
  };
}
