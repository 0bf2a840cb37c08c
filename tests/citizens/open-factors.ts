import { randomBytes } from 'node:crypto';
import { type AuditEvent, createAuditEvents } from '#audit/events.ts';
import { createAuthenticators } from '#citizens/authenticators.ts';
import { createAuthenticatorsStore } from '#citizens/authenticators-store.ts';
import { createClosedAccounts } from '#citizens/closed-accounts.ts';
import { createClosedAccountsStore } from '#citizens/closed-accounts-store.ts';
import { createCredentialProofs } from '#citizens/credential-proofs.ts';
import { createFactorChanges } from '#citizens/factor-changes.ts';
import { createFactorsOf } from '#citizens/factors.ts';
import { createKnownDevices } from '#citizens/known-devices.ts';
import { createOneTimeCodes } from '#citizens/one-time-codes.ts';
import { createPasskeyChallenges } from '#citizens/passkey-challenges.ts';
import { createPasskeys } from '#citizens/passkeys.ts';
import { createPasskeysStore } from '#citizens/passkeys-store.ts';
import type { PasswordPool } from '#citizens/password-pool.ts';
import { createPuzzle } from '#citizens/puzzle.ts';
import { createRecoveryCodes } from '#citizens/recovery-codes.ts';
import { createRecoveryCodesStore } from '#citizens/recovery-codes-store.ts';
import { createRememberedDevices } from '#citizens/remembered-devices.ts';
import { createRememberedDevicesStore } from '#citizens/remembered-devices-store.ts';
import { createSecondFactorAttempts } from '#citizens/second-factor-attempts.ts';
import { createSetPassword } from '#citizens/set-password.ts';
import { type BudgetAlarm, createSmsBudgets } from '#citizens/sms-budgets.ts';
import { createTextMessageOutbox } from '#citizens/text-message-outbox-store.ts';
import { createTextMessages, handOver, type SmsGateway } from '#citizens/text-messages.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { connectRedis } from '#platform/redis.ts';
import { createRedisStateStore } from '#platform/redis-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { openEmbedded } from '#tests/support/servers.ts';
import { messageText } from '#views/text/message-words.ts';

import { openCitizens, someCitizen } from './open-citizens.ts';

export type OpenFactors = Awaited<ReturnType<typeof openFactors>>;

export const ISSUER = 'https://sso.example.ir';

/** Everything that citizens prove themselves with, on embedded stores or on the real ones that are named. */
export async function openFactors({ databaseUrl, redisUrl }: { databaseUrl?: string; redisUrl?: string } = {}) {
  const room = await openCitizens(
    databaseUrl === undefined ? await openEmbedded() : await connectDatabase({ url: databaseUrl, poolSize: 8 }),
  );
  const { database, clock, citizens, changeFeed } = room;
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl);
  const store = redis === undefined ? createMemoryStateStore({ clock }) : createRedisStateStore(redis);
  // The counters refuse to wait for a connection.
  await store.ping();
  const rateLimits = createRateLimits(redis === undefined ? {} : { redis: redis.redis });
  const sealer = createSealer([{ id: 'test', secret: randomBytes(32) }]);
  const keyedHash = createKeyedHash(randomBytes(32));
  const heard: AuditEvent[] = [];
  const audit = createAuditEvents(async (event) => void heard.push(event));
  const knownDevices = createKnownDevices({ keyedHash, clock });

  /** The gateway of somebody else: takes messages, or is as broken as it is told to be. */
  const sms: { to: string; text: string }[] = [];
  const outage: { answer: Awaited<ReturnType<SmsGateway['call']>> | undefined } = { answer: undefined };
  const gateway: SmsGateway = {
    async call({ body }) {
      if (outage.answer !== undefined) return outage.answer;
      sms.push(body);
      return { outcome: 'answered', status: 202, body: {} };
    },
  };
  const write = (message: Parameters<typeof messageText>[0]) => messageText(message, { host: 'sso.example.ir' });
  const alarms: BudgetAlarm[] = [];
  const budgets = createSmsBudgets({ rateLimits, keyedHash, onAlarm: (alarm) => void alarms.push(alarm) });
  const outbox = createTextMessageOutbox({ database, sealer, clock });
  const textMessages = createTextMessages({ gateway, write, budgets, outbox });
  const proofs = createCredentialProofs({ store, hash: keyedHash });
  const changes = createFactorChanges({ findCitizen: citizens.findById, textMessages, audit });
  const shared = { proofs, changes, clock };
  const stores = {
    authenticators: createAuthenticatorsStore({ database, sealer }),
    passkeys: createPasskeysStore({ database }),
    recoveryCodes: createRecoveryCodesStore({ database }),
    devices: createRememberedDevicesStore({ database, sealer }),
  };
  const devices = createRememberedDevices({ store: stores.devices, keyedHash, audit, clock });
  /** Hashing as such has tests of its own; what is stored here is told apart by eye. */
  const passwords: Pick<PasswordPool, 'hash'> = { hash: async (password) => `hash of ${password}` };

  return {
    ...{ room, database, clock, citizens, store, keyedHash, sealer, stores, rateLimits, knownDevices },
    ...{ heard, sms, outage, alarms, outbox, textMessages, proofs, devices },
    deliver: (batch = 50) => outbox.deliverDue({ handOver: (message) => handOver({ gateway, write }, message), batch }),
    codes: createOneTimeCodes({
      ...{ store, keyedHash, sealer, rateLimits, textMessages },
      later: (send) => send(),
      onError: (error) => {
        throw error;
      },
    }),
    authenticators: createAuthenticators({ store: stores.authenticators, ...shared }),
    passkeys: createPasskeys({
      issuer: ISSUER,
      store: stores.passkeys,
      challenges: createPasskeyChallenges({ store, hash: keyedHash }),
      ...{ keyedHash, audit },
      findCitizen: citizens.findById,
      ...shared,
    }),
    recoveryCodes: createRecoveryCodes({ store: stores.recoveryCodes, keyedHash, audit, ...shared }),
    factorsOf: createFactorsOf(room.findWithFactors),
    attempts: createSecondFactorAttempts({ rateLimits, keyedHash, knownDevices, audit }),
    setPassword: createSetPassword({ citizens, passwords, proofs, devices, changes }),
    puzzle: createPuzzle({ secret: keyedHash, store, clock }),
    closed: createClosedAccounts({ store: createClosedAccountsStore({ database, changeFeed }), audit, clock }),
    async newCitizen(change: Parameters<typeof someCitizen>[0] = {}) {
      const citizen = someCitizen(change);
      await citizens.save(citizen);
      return citizen;
    },
    async close() {
      await store.close();
      await room.close();
    },
  };
}

/** The code in the last message to this number. */
export function codeIn({ sms }: Pick<OpenFactors, 'sms'>, to: string): string {
  const code = sms.findLast((message) => message.to === to)?.text.match(/^\d{6}/)?.[0];
  if (code === undefined) throw new Error('no code was sent to this number');
  return code;
}
