import { randomInt } from 'node:crypto';
import { type Clock, systemClock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';
import { createClientAddress } from '#platform/http/client-address.ts';
import { createCsrf } from '#platform/http/csrf.ts';
import { createLog, type Log } from '#platform/log.ts';
import { createConsents } from '#protocol/consents.ts';
import { createFindCurrentSession } from '#protocol/current-session.ts';
import { createInteractions } from '#protocol/interactions.ts';
import { createPageFrames } from '#protocol/page-frame.ts';
import { createJwksEndpoint } from '#protocol/signing-ring.ts';
import { type LogoutDelivery, startLogoutDelivery } from '#relying-parties/logout-delivery.ts';
import { createCitizenSessions } from '#sessions/citizen-sessions.ts';
import { layFoundation } from './services/foundation.ts';
import { keepSigningKeys } from './services/keeping-keys.ts';
import { createPages } from './services/pages.ts';
import { createPeople } from './services/people.ts';
import { createProvider } from './services/provider.ts';
import { createRegistry } from './services/registry.ts';
import type { Settings } from './settings.ts';

/** Every store and service, built once: each part by its file in services/, and here in the order they need each other. */
export type Services = Awaited<ReturnType<typeof createServices>>;

type Options = { clock?: Clock; log?: Log };

export async function createServices(
  settings: Settings,
  { clock = systemClock, log = createLog({ level: settings.logLevel }) }: Options = {},
) {
  const foundation = await layFoundation(settings, { clock, log });
  const { metrics, audit, state, stateHash, cookieHash } = foundation;
  const [people, registry, keys] = await Promise.all([
    createPeople(foundation),
    createRegistry(foundation),
    keepSigningKeys(foundation),
  ]);
  const { staticFiles, assets } = createPages();
  const frames = createPageFrames({ assets, isSecure: settings.issuer.startsWith('https://') });

  let delivery: LogoutDelivery | undefined;
  const provider = createProvider({
    foundation,
    registry,
    findCitizen: people.findCitizen,
    signingKeys: keys.signingKeys,
    frames,
    async oweLogout(owed) {
      await registry.logoutOutbox.owe([owed]);
      delivery?.wake();
    },
  });
  delivery = startLogoutDelivery({
    outbox: registry.logoutOutbox,
    clock,
    everyMs: 2 * SECOND,
    deliver: provider.deliverLogout,
    onRound({ delivered, failed, dead }) {
      metrics.countLogout('delivered', delivered);
      metrics.countLogout('failed', failed);
      metrics.countLogout('dead', dead.length);
      for (const { clientId, citizenId, lastError } of dead)
        void audit.logoutUndeliverable({ clientId, citizenId, reason: lastError });
    },
    onError: (error) => log.error({ err: error }, 'the logout outbox could not be worked on'),
  });

  return {
    ...foundation,
    people,
    registry,
    ...keys,
    provider,
    staticFiles,
    frames,
    logoutDelivery: delivery,
    sessions: createCitizenSessions({
      store: state,
      hash: stateHash,
      async oweLogouts({ citizenId, told }) {
        await registry.logoutOutbox.owe(told.map(({ clientId, sid }) => ({ clientId, citizenId, sid })));
        delivery?.wake();
      },
    }),
    findCurrentSession: createFindCurrentSession({ provider: provider.provider, clock }),
    interactions: createInteractions({ provider: provider.provider }),
    consents: createConsents({ provider: provider.provider, store: registry.consents, audit }),
    csrf: createCsrf({ hash: cookieHash, origin: new URL(settings.issuer).origin }),
    clientAddress: createClientAddress({ trustedProxies: settings.trustedProxies }),
    answerJwks: createJwksEndpoint({
      maxAgeMs: keys.windows.jwksMaxAge,
      random: () => randomInt(1_000_000) / 1_000_000,
    }),

    /** Finishes what was begun, then lets go of everything. */
    async close(): Promise<void> {
      await delivery?.stop();
      keys.stop();
      provider.close();
      await people.close();
      await registry.close();
      await foundation.close();
    },
  };
}
