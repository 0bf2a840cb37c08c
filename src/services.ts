import { randomInt } from 'node:crypto';
import { createConsoleKeys } from '#console/console-keys.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';
import { createClientAddress } from '#platform/http/client-address.ts';
import { createCsrf } from '#platform/http/csrf.ts';
import type { OutboundWays } from '#platform/http/outbound.ts';
import { createLog, type Log } from '#platform/log.ts';
import type { OutsideWays } from '#platform/outside-service.ts';
import type { Rounds } from '#platform/rounds.ts';
import { createEvidenceStore } from '#proofing/evidence-store.ts';
import { createBoundBrowser } from '#protocol/bound-browser.ts';
import { createFindTellable } from '#protocol/claims-to-tell.ts';
import { createConsents } from '#protocol/consents.ts';
import { createFindCurrentSession } from '#protocol/current-session.ts';
import { createInteractions } from '#protocol/interactions.ts';
import type { OweLogout } from '#protocol/logout.ts';
import { OWN_CLIENT_ID } from '#protocol/own-client.ts';
import { createPageFrames } from '#protocol/page-frame.ts';
import { createJwksEndpoint } from '#protocol/signing-ring.ts';
import { startLogoutDelivery } from '#relying-parties/logout-delivery.ts';
import type { LogoutDebt } from '#relying-parties/logout-outbox-store.ts';
import { createCitizenSessions } from '#sessions/citizen-sessions.ts';
import { createAcceptance } from './services/acceptance.ts';
import { keepAccountEndings } from './services/account-endings.ts';
import { keepAdoption } from './services/adoption.ts';
import { createApiServices } from './services/api.ts';
import { createApprovalServices } from './services/approvals.ts';
import { createConsole } from './services/console.ts';
import { layFoundation } from './services/foundation.ts';
import { type KeyTiming, keepSigningKeys } from './services/keeping-keys.ts';
import { keepLedger } from './services/ledger.ts';
import { createPages } from './services/pages.ts';
import { createPeople } from './services/people.ts';
import { createProofing } from './services/proofing.ts';
import { createProvider } from './services/provider.ts';
import { createRegistry } from './services/registry.ts';
import { createSources } from './services/sources.ts';
import type { Settings } from './settings.ts';

/** Every store and service, built once: each part by its file in services/, and here in the order they need each other. */
export type Services = Awaited<ReturnType<typeof createServices>>;

type Options = {
  clock?: Clock;
  log?: Log;
  keyTiming?: KeyTiming;
  outboundWays?: OutboundWays;
  outsideWays?: OutsideWays;
};

export async function createServices(
  settings: Settings,
  { clock = systemClock, log = createLog({ level: settings.logLevel }), keyTiming, ...ways }: Options = {},
) {
  const foundation = await layFoundation(settings, { clock, log, ...ways });
  const { metrics, audit, state, recordHash, cookieHash } = foundation;
  const keeping = keepSigningKeys(foundation, keyTiming);
  const [people, registry, keys, ledger] = await Promise.all([
    createPeople(foundation),
    createRegistry(foundation, {
      allowKeySetCache: async (asked) => (await keeping).signingKeys.promiseCache(asked),
    }),
    keeping,
    keepLedger(foundation),
  ]);
  const { staticFiles, assets } = createPages();
  const frames = createPageFrames({ assets, isSecure: settings.issuer.startsWith('https://') });

  let delivery: Rounds | undefined;
  /** Who gave no address to be told at is noted as such, for the citizen, and counts in no success rate. */
  const owe = async (debts: readonly LogoutDebt[]) => {
    const takesPart = async (clientId: string) => {
      const relyingParty = await registry.relyingParties.find(clientId).catch(() => undefined);
      return relyingParty === undefined || relyingParty.metadata.backchannel_logout_uri !== undefined;
    };
    await registry.logoutOutbox.owe(
      await Promise.all(debts.map(async (debt) => ({ ...debt, takesPart: await takesPart(debt.clientId) }))),
    );
  };
  const oweLogout: OweLogout = async (owed) => {
    await owe([owed]);
    delivery?.wake();
  };
  const evidence = createEvidenceStore({ database: foundation.database, clock });
  const consoleKeys = await createConsoleKeys(await foundation.dataKeys('state'));
  const sources = createSources(foundation, { people, registry, signingKeys: keys.signingKeys });
  const findTellable = createFindTellable({ knownAttached: sources.attachments.known });
  const provider = createProvider({
    foundation,
    consoleKeys: consoleKeys.published,
    registry,
    findCitizen: people.findCitizen,
    listEvidence: evidence.listOf,
    attachments: sources.attachments,
    findTellable,
    signingKeys: keys.signingKeys,
    frames,
    oweLogout,
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

  const sessions = createCitizenSessions({
    store: state,
    hash: recordHash,
    async oweLogouts({ citizenId, told }) {
      const relyingParties = told.filter(({ clientId }) => clientId !== OWN_CLIENT_ID);
      await owe(relyingParties.map(({ clientId, sid }) => ({ clientId, citizenId, sid })));
      delivery?.wake();
    },
  });
  const proofing = await createProofing(foundation, { people, endSessions: sessions.endAll });
  const approvalServices = createApprovalServices(foundation, { registry, claimsSources: sources.claimsSources });
  const { approvals } = approvalServices;
  const acceptance = await createAcceptance(foundation, { registry, frames, approvals });
  const accountEndings = await keepAccountEndings(foundation, {
    ...{ people, registry, evidence, sessions, oweLogout },
    attachments: sources.attachments,
  });

  const adoption = keepAdoption(foundation);

  return {
    ...foundation,
    people,
    adoption,
    proofing,
    closings: accountEndings.closings,
    accountExports: accountEndings.accountExports,
    registry,
    ...keys,
    ledger,
    evidence,
    claimsSources: sources.claimsSources,
    attachments: sources.attachments,
    oweLogout,
    provider,
    acceptance,
    console: createConsole(foundation, { ...approvalServices, registry, people, frames, keys: consoleKeys }),
    approvals,
    api: createApiServices(foundation, { registry, acceptance, signingKeys: keys.signingKeys, approvals }),
    staticFiles,
    frames,
    logoutDelivery: delivery,
    sessions,
    findCurrentSession: createFindCurrentSession({ provider: provider.provider, clock }),
    interactions: createInteractions({
      provider: provider.provider,
      clock,
      findRelyingParty: registry.findRelyingParty,
      browsers: createBoundBrowser({ hash: cookieHash, isSecure: settings.issuer.startsWith('https://') }),
    }),
    consents: createConsents({
      provider: provider.provider,
      store: registry.consents,
      receipts: registry.consentReceipts,
      findTellable,
      audit,
    }),
    csrf: createCsrf({ hash: cookieHash, origin: new URL(settings.issuer).origin }),
    clientAddress: createClientAddress({ trustedProxies: settings.trustedProxies }),
    answerJwks: createJwksEndpoint({
      maxAgeMs: keys.windows.jwksMaxAge,
      random: () => randomInt(1_000_000) / 1_000_000,
      noteFetch: keys.noteFetch,
    }),

    /** Finishes what was begun, then lets go of everything. */
    async close(): Promise<void> {
      await adoption.stop();
      await acceptance.close();
      await accountEndings.stop();
      await proofing.close();
      await delivery?.stop();
      await keys.stop();
      await ledger.stop();
      provider.close();
      await sources.close();
      await people.close();
      await registry.close();
      await foundation.close();
    },
  };
}
