import { existsSync } from 'node:fs';
import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { checkDatabaseAnswers, checkSchema } from '#platform/database/database-fitness.ts';
import { migrate } from '#platform/database/migrate.ts';
import { SECOND } from '#platform/durations.ts';
import { createOutboundFetch, type OutboundFetch, type OutboundWays } from '#platform/http/outbound.ts';
import type { Log } from '#platform/log.ts';
import { createMetrics } from '#platform/metrics.ts';
import { openStateStore } from '#platform/open-state-store.ts';
import { createOutsideService, type OutsideWays } from '#platform/outside-service.ts';
import { type DataKeyPurpose, openDataKeys } from '#platform/sealing/data-keys.ts';
import { keepSealer } from '#platform/sealing/kept-sealer.ts';
import { createKeyedHash, createNameHash } from '#platform/sealing/keyed-hash.ts';
import { createMasterKeyFile, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { migrations } from '#root/migrations/all.ts';
import type { Settings } from '#root/settings.ts';

/** What every room stands on: the stores, the keys that seal them, and those who watch. */
export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

type Needs = { clock: Clock; log: Log; outboundWays?: OutboundWays | undefined; outsideWays?: OutsideWays | undefined };
/** What differs between those who call out. */
type Outbound = Omit<Parameters<typeof createOutboundFetch>[0], 'allowPrivateAddresses' | keyof OutboundWays>;
type Outside = { name: string; address: { url: string; token: string }; fetch: OutboundFetch };

export async function layFoundation(settings: Settings, { clock, log, outboundWays, outsideWays }: Needs) {
  const metrics = createMetrics();
  const isEmbedded = settings.databaseUrl === undefined;
  const connection = await connectDatabase(
    settings.databaseUrl === undefined
      ? { embeddedIn: `${settings.dataFolder}/database`, onQuery: metrics.observeQuery }
      : { url: settings.databaseUrl, poolSize: settings.databasePool, onQuery: metrics.observeQuery },
  );
  const { database } = connection;
  if (isEmbedded) await migrate(database, migrations);
  else {
    await checkDatabaseAnswers(connection);
    await checkSchema(database, migrations);
  }
  const state = await openStateStore({
    redisUrl: settings.redisUrl,
    isVouchedFor: settings.isRedisVouchedFor,
    isStrict: settings.isProduction,
    clock,
    onCommand: metrics.observeCommand,
    onTrouble: (error) => log.warn({ err: error }, 'Redis'),
  });

  if (isEmbedded) makeFirstMasterKey(settings);
  const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: settings.masterKey });
  const dataKeys = (purpose: DataKeyPurpose) => openDataKeys({ database, masterKeys, purpose });
  const [stateKey, lookupKey, cookieKeys] = await Promise.all([
    dataKeys('state'),
    dataKeys('lookup'),
    dataKeys('cookies'),
  ]);

  metrics.gauge(
    'panjereh_redis_memory_used_ratio',
    'How full Redis is, 0 to 1; raise an alarm at 0.7: a full Redis refuses every sign-in.',
    () => state.fullness().catch(() => Number.NaN),
  );

  const changeFeed = createChangeFeed({
    database,
    clock,
    pollEveryMs: 1 * SECOND,
    onFailure: (error) => log.error({ err: error }, 'changes could not be read'),
  });
  const closing = new AbortController();
  const sealerFor = (purpose: DataKeyPurpose) =>
    keepSealer({
      ...{ database, masterKeys, purpose, clock, changeFeed },
      onError: (error) => log.error({ err: error }, 'the data keys could not be read again'),
      signal: closing.signal,
    });
  const auditStore = createAuditStore({
    database,
    onError: (error) => log.error({ err: error }, 'audit events could not be written'),
  });

  return {
    settings,
    clock,
    log,
    metrics,
    isEmbedded,
    database,
    state: state.store,
    redis: state.redis,
    dataKeys,
    sealerFor,
    /** Names of Redis records. */
    recordHash: createNameHash(stateKey[0].secret),
    /** Names of counters, and marks of devices. */
    stateHash: createKeyedHash(stateKey[0].secret),
    /** Finds what is stored sealed. */
    lookupHash: createKeyedHash(lookupKey[0].secret),
    /** Marks that browsers keep and hand back. */
    cookieHash: createKeyedHash(cookieKeys[0].secret),
    cookieSecrets: [cookieKeys[0].secret, ...cookieKeys.slice(1).map(({ secret }) => secret)] as const,
    changeFeed,
    /** The caller closes it. */
    openOutbound: (options: Outbound = {}) =>
      createOutboundFetch({ allowPrivateAddresses: settings.mayReachLoopback, ...outboundWays, ...options }),
    openOutside: ({ name, address, fetch }: Outside) =>
      createOutsideService({ name, ...address, fetch, clock, metrics, ...outsideWays }),
    auditStore,
    audit: createAuditEvents(auditStore.record),
    pingDatabase: connection.ping,
    async close() {
      closing.abort();
      await auditStore.flush();
      changeFeed.close();
      await state.store.close();
      await connection.close();
    },
  };
}

/** The embedded default makes what production must be given. */
function makeFirstMasterKey({ keysFolder, masterKey }: Settings): void {
  if (masterKey === undefined && !existsSync(`${keysFolder}/embedded.key`)) createMasterKeyFile(keysFolder, 'embedded');
}
