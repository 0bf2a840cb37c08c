import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNationalCode } from '#citizens/national-code.ts';
import type { Clock } from '#platform/clock.ts';
import type { OutboundWays } from '#platform/http/outbound.ts';
import { createLog, type Log } from '#platform/log.ts';
import type { OutsideWays } from '#platform/outside-service.ts';
import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import type { RelyingPartyDraft } from '#relying-parties/relying-party.ts';
import { type App, createApp } from '#root/app.ts';
import { DEMO_CITIZENS, DEMO_PASSWORD } from '#root/commands/demo-citizens.ts';
import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { seedDemoCitizens } from '#root/commands/seed-citizens.ts';
import { createServices, type Services } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { findFreePort } from './ports.ts';
import { copyEmbedded, migratedDatabase, ownRedis } from './servers.ts';

/** The whole provider in this process, as main.ts starts it: real HTTP on a port of its own, demo citizens, no relying party yet. */
export type TestProvider = {
  issuer: string;
  services: Services;
  app: App;
  /** Active demo citizens and the password of them all. */
  citizens: { id: string; nationalCode: string; givenName: string; familyName: string }[];
  password: string;
  /** Registers a relying party of an organisation of its own (the organisation's id is the client's), with this metadata. */
  register(draft: Partial<RelyingPartyDraft> & { clientId: string; metadata: Record<string, unknown> }): Promise<void>;
  close(): Promise<void>;
};

type Stores = { databaseUrl?: string; redisUrl?: string };

type Options = {
  /** 'embedded': PGlite and memory. 'real': PostgreSQL and Redis of the run. Or the URLs themselves, for a second instance. */
  stores?: 'embedded' | 'real' | Stores;
  clock?: Clock;
  environment?: Record<string, string>;
  logLevel?: string;
  /** Instead of one at `logLevel` that writes to standard output. */
  log?: Log;
  /** Share keys and data with another instance. */
  folder?: string;
  issuer?: string;
  /** How its own calls find names and believe certificates, where a relying party is not on localhost. */
  outboundWays?: OutboundWays;
  /** How long it waits for services of others. */
  outsideWays?: OutsideWays;
};

export const ALL_CLAIMS = [
  'given_name',
  'family_name',
  'given_name_latin',
  'family_name_latin',
  'birthdate',
  'phone_number',
  'phone_number_verified',
  'national_code',
];

export async function realStores(): Promise<Required<Stores>> {
  return { databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() };
}

export async function startProvider({
  stores = 'embedded',
  clock,
  environment = {},
  logLevel = 'silent',
  log = createLog({ level: logLevel }),
  folder,
  issuer,
  outboundWays,
  outsideWays,
}: Options = {}): Promise<TestProvider> {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'panjereh-provider-'));
  const port = await findFreePort();
  const { databaseUrl, redisUrl } = await urlsOf(stores);
  const settings = readSettings({
    NODE_ENV: 'test',
    PANJEREH_ISSUER: issuer ?? `http://localhost:${port}`,
    PANJEREH_PORT: String(port),
    PANJEREH_METRICS_PORT: '0',
    PANJEREH_ALLOW_LOOPBACK: '1',
    PANJEREH_DATA_FOLDER: join(home, 'data'),
    PANJEREH_KEYS_FOLDER: join(home, 'keys'),
    PANJEREH_PASSWORD_WORKERS: '1',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...environment,
  });
  const isNew = folder === undefined;
  if (databaseUrl === undefined && isNew) await copyEmbedded(join(settings.dataFolder, 'database'));
  if (databaseUrl !== undefined && isNew) {
    createMasterKeyFile(settings.keysFolder, 'tests');
    const atHand = await openSigningKeysFrom(settings)({ isRehearsal: false, mayMigrate: true });
    await atHand.signingKeys.init({ by: 'tests' });
    await atHand.close();
  }
  const services = await createServices(settings, {
    log,
    ...(clock === undefined ? {} : { clock }),
    ...(outboundWays === undefined ? {} : { outboundWays }),
    ...(outsideWays === undefined ? {} : { outsideWays }),
  });
  await seedDemoCitizens(services.people);
  const app = createApp(services);
  app.server.listen(port, '127.0.0.1');
  await once(app.server, 'listening');

  return {
    issuer: settings.issuer,
    services,
    app,
    citizens: await listCitizens(services),
    password: DEMO_PASSWORD,
    async register({ clientId, metadata, ...rest }) {
      await services.registry.organisations.save({
        id: clientId,
        name: { fa: `سازمان ${clientId}`, en: `Organisation ${clientId}` },
        kind: 'state',
        stage: 'connected',
      });
      const saved = await services.registry.relyingParties.save({
        clientId,
        organisationId: clientId,
        name: { fa: `سامانهٔ ${clientId}`, en: `Service ${clientId}` },
        environment: 'test',
        securityProfile: 'default',
        state: 'active',
        agreement: {
          claims: ALL_CLAIMS.map((claim) => ({
            claim,
            purpose: { fa: 'برای آزمون', en: 'for the test' },
            required: !claim.startsWith('phone'),
          })),
          scopes: ['openid', 'profile', 'birthdate', 'phone', 'national_code', 'offline_access'],
        },
        ...rest,
        metadata,
      });
      if (saved.outcome === 'refused')
        throw new Error(`the test's relying party is refused: ${JSON.stringify(saved.faults)}`);
    },
    async close() {
      app.server.closeAllConnections();
      app.server.close();
      await services.close();
      if (isNew) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The account of somebody who enrolled. */
export async function accountOf(
  { services }: Pick<TestProvider, 'services'>,
  { nationalCode }: { nationalCode: string },
) {
  const code = readNationalCode(nationalCode);
  const citizen = code && (await services.people.citizens.findByNationalCode(code));
  if (citizen === undefined) throw new Error('nobody has enrolled with this national code');
  return citizen;
}

/** Where the provider listens, which is not its issuer when a proxy stands in front. */
export function addressOf({ app }: TestProvider): string {
  return `http://localhost:${(app.server.address() as AddressInfo).port}`;
}

async function listCitizens({ people }: Services): Promise<TestProvider['citizens']> {
  const found = await Promise.all(
    DEMO_CITIZENS.filter(({ state }) => state === 'active').map(async ({ nationalCode, givenName, familyName }) => {
      const citizen = await people.citizens.findByNationalCode(
        nationalCode as Parameters<typeof people.citizens.findByNationalCode>[0],
      );
      return citizen === undefined ? [] : [{ id: citizen.id, nationalCode, givenName, familyName }];
    }),
  );
  return found.flat();
}

async function urlsOf(stores: NonNullable<Options['stores']>): Promise<Stores> {
  if (stores === 'embedded') return {};
  return stores === 'real' ? realStores() : stores;
}
