import { createAccountClosings } from '#citizens/account-closings.ts';
import { createAccountClosingsStore } from '#citizens/account-closings-store.ts';
import { createAccountExports } from '#citizens/account-exports.ts';
import { createAccountExportsStore } from '#citizens/account-exports-store.ts';
import { DAY, SECOND } from '#platform/durations.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { type Rounds, startRounds } from '#platform/rounds.ts';
import type { EvidenceStore } from '#proofing/evidence-store.ts';
import type { OweLogout } from '#protocol/logout.ts';
import { createGatherData } from '#root/account/gather-data.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import type { Attachments } from '#sources/attachments.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import type { Registry } from './registry.ts';

type Needs = {
  people: People;
  registry: Registry;
  evidence: EvidenceStore;
  sessions: CitizenSessions;
  attachments: Pick<Attachments, 'list'>;
  oweLogout: OweLogout;
};

/** Fourteen days are not counted in seconds; what is due is closed within these. */
const LOOK_EVERY = 5 * SECOND;
/** Who asks here is served at once; this is for what another instance began and did not end. */
const LOOK_FOR_EXPORTS_EVERY = 10 * SECOND;
/** One, one more because something was missing, and one because the file was lost. */
const EXPORTS = { name: 'account-exports', attempts: 3, withinMs: 1 * DAY };

/** What citizens take along: everything as files, and the account itself with everything that hangs on it. */
export async function keepAccountEndings(foundation: Foundation, needs: Needs) {
  const { settings, clock, log, database, redis, sealerFor, stateHash, changeFeed, audit, auditStore } = foundation;
  const { people, registry, evidence, sessions, attachments, oweLogout } = needs;
  let exporting: Rounds | undefined;
  const accountExports = createAccountExports({
    store: createAccountExportsStore({ database, sealer: await sealerFor('citizens') }),
    data: createGatherData({
      ...people,
      issuer: settings.issuer,
      clock,
      evidence,
      sessions,
      attachments,
      consents: registry.consents,
      receipts: registry.consentReceipts,
      auditStore,
      findAnyRelyingParty: registry.relyingParties.find,
    }),
    quota: createRateLimits(redis === undefined ? {} : { redis }).createQuota(EXPORTS),
    keyedHash: stateHash,
    audit,
    clock,
    wake: () => exporting?.wake(),
    onError: (error) => log.error({ err: error }, 'the files of a citizen could not be made'),
  });
  exporting = startRounds({
    work: accountExports.work,
    everyMs: LOOK_FOR_EXPORTS_EVERY,
    onError: (error) => log.error({ err: error }, 'files of citizens could not be looked for'),
  });

  const onError = (error: unknown) => log.error({ err: error }, 'an account could not be closed');
  const closings = createAccountClosings({
    store: createAccountClosingsStore({ database, changeFeed }),
    findCitizen: people.citizens.findById,
    proofs: people.credentialProofs,
    textMessages: people.textMessages,
    audit,
    clock,
    link: `${settings.issuer}/account/close`,
    onError,
  });

  /** Whom to tell is noted before anything is ended, and every step may be taken again after a crash. */
  async function close(citizenId: string): Promise<void> {
    const [citizen, consents] = await Promise.all([
      people.citizens.findById(citizenId),
      registry.consents.listOf(citizenId),
    ]);
    const inSessions = new Set((await sessions.list(citizenId)).flatMap(({ clientIds }) => clientIds));
    for (const { clientId } of consents) if (!inSessions.has(clientId)) await oweLogout({ clientId, citizenId });
    const phone = citizen?.phone;
    await people.closedAccounts.close(citizenId, 'asked-by-citizen', async (transaction) => {
      if (phone === undefined) return;
      const values = { link: `${settings.issuer}/enrol` };
      const language = citizen?.language ?? 'fa';
      await people.textMessages.owe({ to: phone, kind: 'account-closed', language, values }, transaction);
    });
    for (const { told } of await sessions.endAll(citizenId))
      await audit.sessionEnded({ citizenId, by: 'closing', relyingPartiesToTell: told.length });
    await sessions.endAllGrants(citizenId);
    await accountExports.removeOf(citizenId);
    for (const consent of consents) {
      const { clientId } = consent;
      const relyingParty = await registry.relyingParties.find(clientId);
      const about = { act: 'withdrawn', citizenId, clientId, relyingParty, consent } as const;
      await registry.consents.withdraw({ citizenId, clientId }, await registry.consentReceipts.issue(about));
    }
  }

  const rounds = startRounds({ work: () => closings.closeDue(close), everyMs: LOOK_EVERY, onError });
  return {
    closings,
    accountExports,
    async stop() {
      await Promise.all([rounds.stop(), exporting?.stop()]);
    },
  };
}
