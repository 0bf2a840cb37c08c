import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createLog } from '#platform/log.ts';
import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import { createServices, type Services } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { readWindows } from '#signing-keys/windows.ts';
import { outsideSettings } from '#tests/support/outside-settings.ts';
import { temporaryFolder } from '#tests/support/processes.ts';
import { cast } from '../cast.ts';
import { type Filled, saveCitizens } from '../prepare-citizens.ts';
import { saveRegistry } from '../prepare-registry.ts';
import { type Stores, startStores } from '../stores.ts';
import { callOfficer, type Officer } from './officer.ts';
import { type Timing, TOKEN_LIFE, timingFor } from './timing.ts';

export const ISSUER = 'https://sso.bench.example';

/** A private Redis and a private PostgreSQL with citizens, relying parties and the first ring; no instance yet. */
export type Site = Pick<Filled, 'sessionCookies' | 'refreshTokens'> & {
  stores: Stores;
  /** What every instance is given; it listens nowhere yet. */
  environment: Record<string, string>;
  officer: Officer;
  close(): Promise<void>;
};

export async function prepareSite({
  timing,
  citizens,
  logoutUri,
}: {
  timing: Timing;
  citizens: number;
  /** Where both relying parties want their logout tokens. */
  logoutUri: string;
}): Promise<Site> {
  const [stores, folder] = await Promise.all([startStores(), temporaryFolder('rotation')]);
  const keysFolder = join(folder.path, 'keys');
  createMasterKeyFile(keysFolder, randomUUID());
  const environment = {
    NODE_ENV: 'production',
    ...outsideSettings,
    REDIS_URL: stores.redisUrl,
    DATABASE_URL: stores.databaseUrl,
    PANJEREH_ISSUER: ISSUER,
    PANJEREH_KEYS_FOLDER: keysFolder,
    PANJEREH_TRUSTED_PROXIES: '127.0.0.1',
    PANJEREH_PASSWORD_WORKERS: '1',
    PANJEREH_METRICS_PORT: '0',
    PANJEREH_DRAIN_SECONDS: '0',
    // Many starts of the same code: Node may keep what it compiled.
    NODE_COMPILE_CACHE: join(folder.path, 'compiled'),
  };
  const keyTiming = timing === 'production' ? undefined : timingFor(timing);
  const officer = await callOfficer(environment, keyTiming?.windows ?? readWindows());
  await officer.signingKeys.init({ by: 'bench' });

  const { PANJEREH_METRICS_PORT: _, NODE_COMPILE_CACHE: __, ...settings } = environment;
  const services = await createServices(readSettings(settings), {
    ...(keyTiming && { keyTiming }),
    log: createLog({ level: 'warn' }),
  });
  const { sessionCookies, refreshTokens } = await fill(services, { citizens, logoutUri }).finally(services.close);

  return {
    stores,
    environment,
    officer,
    sessionCookies,
    refreshTokens,
    async close() {
      await officer.close();
      await stores.stop();
      await folder.remove();
    },
  };
}

async function fill(
  services: Services,
  { citizens, logoutUri }: { citizens: number; logoutUri: string },
): Promise<Filled> {
  const { registry } = services;
  await saveRegistry(registry);
  for (const clientId of [cast.relyingParties.rs256, cast.relyingParties.es256]) {
    const known = await registry.relyingParties.find(clientId);
    if (known === undefined) throw new Error(`${clientId} is not in the registry`);
    // A test relying party may be told of sign-outs on this machine.
    const saved = await registry.relyingParties.save({
      ...known,
      environment: 'test',
      metadata: { ...known.metadata, backchannel_logout_uri: logoutUri },
    });
    if (saved.outcome === 'refused') throw new Error(`${clientId}: ${JSON.stringify(saved.faults)}`);
  }
  for (const identifier of Object.values(cast.resources)) {
    const known = await registry.resources.find(identifier);
    if (known === undefined) throw new Error(`${identifier} is not in the registry`);
    await registry.resources.save({ ...known, accessTokenTtlSeconds: TOKEN_LIFE / 1000 });
  }
  return saveCitizens(services, { citizens, withPassword: 0 });
}
