import { isActivityEvent } from '#audit/activity-kinds.ts';
import type { AuditStore, RecordedEvent } from '#audit/audit-store.ts';
import type { GatherData } from '#citizens/account-exports.ts';
import type { Authenticators } from '#citizens/authenticators.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { FactorsOf } from '#citizens/factors.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';
import type { Clock } from '#platform/clock.ts';
import { browserOf } from '#platform/http/browser-name.ts';
import type { Evidence } from '#proofing/evidence.ts';
import type { ConsentReceipts } from '#relying-parties/consent-receipts.ts';
import type { ConsentsStore, GivenConsent } from '#relying-parties/consents-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import type { Attachments } from '#sources/attachments.ts';
import { dataFile } from '#views/account/data-file.ts';
import { renderDocument } from '#views/html.ts';
import { textFor } from '#views/text/text.ts';

type GatherNeeds = {
  issuer: string;
  clock: Clock;
  findCitizen(id: string): Promise<Citizen | undefined>;
  evidence: { listOf(citizenId: string): Promise<Evidence[]> };
  factorsOf: FactorsOf;
  passkeys: Pick<Passkeys, 'list'>;
  authenticators: Pick<Authenticators, 'list'>;
  rememberedDevices: Pick<RememberedDevices, 'list'>;
  sessions: Pick<CitizenSessions, 'list'>;
  attachments: Pick<Attachments, 'list'>;
  consents: Pick<ConsentsStore, 'listOf'>;
  receipts: Pick<ConsentReceipts, 'listOf'>;
  auditStore: Pick<AuditStore, 'listOf' | 'lastUses'>;
  findAnyRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/** A citizen who signs in ten times a day for twenty years; some 20 MB before it is compressed. */
const MOST_EVENTS = 75_000;
/** So many at a time, so that a long life is not read in one answer. */
const EVENTS_AT_ONCE = 5_000;
const MOST_RECEIPTS = 1_000;

/** Everything we have of a citizen, in parts: as JSON for programs, and as a page to read. No secret is in it. */
export function createGatherData(needs: GatherNeeds): GatherData {
  const { issuer, clock, auditStore, findAnyRelyingParty } = needs;
  const parts = {
    identity: async (citizenId: string) => {
      const citizen = await needs.findCitizen(citizenId);
      if (citizen === undefined) throw new Error('the citizen of an export is gone');
      const { id: _, ...identity } = citizen;
      return identity;
    },
    evidence: (citizenId: string) => needs.evidence.listOf(citizenId),
    factors: factorsFor,
    sessions: async (citizenId: string) =>
      (await needs.sessions.list(citizenId)).map(({ startedAt, lastSeenAt, device, network, isShared, clientIds }) => ({
        ...{ ...browserOf(device), network, startedAt, lastSeenAt, isShared, services: clientIds },
      })),
    services: async (citizenId: string) => {
      const [given, lastUses] = await Promise.all([needs.consents.listOf(citizenId), auditStore.lastUses(citizenId)]);
      return Promise.all(given.map((consent) => serviceFor(consent, lastUses)));
    },
    attached: async (citizenId: string) =>
      (await needs.attachments.list(citizenId)).map(({ citizenId: _, source, clientId, ...answer }) => ({
        ...{ source: source?.name ?? { fa: clientId, en: clientId }, clientId, ...answer },
      })),
    receipts: async (citizenId: string) =>
      (await needs.receipts.listOf(citizenId, { limit: MOST_RECEIPTS })).map(({ citizenId: _, ...receipt }) => receipt),
    activity: eventsFor,
  };

  async function factorsFor(citizenId: string) {
    const [factors, passkeys, authenticators, devices] = await Promise.all([
      needs.factorsOf(citizenId),
      needs.passkeys.list(citizenId),
      needs.authenticators.list(citizenId),
      needs.rememberedDevices.list(citizenId),
    ]);
    return {
      hasPassword: factors.hasPassword,
      recoveryCodesLeft: factors.recoveryCodesLeft,
      passkeys: passkeys.map(({ id: _, ...passkey }) => passkey),
      authenticators: authenticators.map(({ id: _, ...authenticator }) => authenticator),
      rememberedBrowsers: devices.map(({ id: _, userAgent, ...device }) => ({ ...browserOf(userAgent), ...device })),
    };
  }

  async function serviceFor({ citizenId: _, ...consent }: GivenConsent, lastUses: ReadonlyMap<string, number>) {
    const relyingParty = await findAnyRelyingParty(consent.clientId);
    const purposes = new Map(relyingParty?.agreement.claims.map(({ claim, purpose }) => [claim, purpose]));
    return {
      ...consent,
      name: relyingParty?.name ?? { fa: consent.clientId, en: consent.clientId },
      claims: consent.claims.map((claim) => ({ claim, purpose: purposes.get(claim) })),
      lastUsedAt: lastUses.get(consent.clientId),
    };
  }

  async function eventsFor(citizenId: string): Promise<Omit<RecordedEvent, 'citizenId'>[]> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const last = events.at(-1);
      const before = last === undefined ? {} : { before: Number(last.id) };
      const more = await auditStore.listOf(citizenId, { limit: EVENTS_AT_ONCE, ...before });
      events.push(...more);
      if (more.length < EVENTS_AT_ONCE || events.length >= MOST_EVENTS) break;
    }
    return events.map(({ citizenId: _, ...event }) => event);
  }

  async function namesOf(clientIds: readonly (string | undefined)[]) {
    const known = new Set(clientIds.filter((id) => id !== undefined));
    return new Map(
      await Promise.all([...known].map(async (id) => [id, (await findAnyRelyingParty(id))?.name] as const)),
    );
  }

  return {
    parts: Object.keys(parts).length,
    async gather({ citizenId, language }, onPart) {
      let done = 0;
      const counted = async <Part>(part: Promise<Part>) => {
        const read = await part;
        done += 1;
        if (!(await onPart(done))) throw new Error('another instance has taken over an export');
        return read;
      };
      const content = {
        format: 'panjereh-account-export-1',
        issuer,
        madeAt: clock.now(),
        identity: await counted(parts.identity(citizenId)),
        evidence: await counted(parts.evidence(citizenId)),
        factors: await counted(parts.factors(citizenId)),
        sessions: await counted(parts.sessions(citizenId)),
        services: await counted(parts.services(citizenId)),
        attached: await counted(parts.attached(citizenId)),
        receipts: await counted(parts.receipts(citizenId)),
        activity: await counted(parts.activity(citizenId)),
      };
      const names = await namesOf([
        ...content.activity.map(({ clientId }) => clientId),
        ...content.receipts.map(({ clientId }) => clientId),
      ]);
      const nameOf = (clientId: string | undefined) => (clientId === undefined ? undefined : names.get(clientId));
      const page = dataFile(textFor(language), {
        ...content,
        receipts: content.receipts.map((receipt) => ({ ...receipt, service: nameOf(receipt.clientId) })),
        activity: content.activity.flatMap(({ id, at, name, clientId, details }) =>
          isActivityEvent(name) ? [{ id, at, event: name, service: nameOf(clientId), details }] : [],
        ),
      });
      return { json: `${JSON.stringify(content, withTimes, 1)}\n`, page: renderDocument(page) };
    },
  };
}

/** Times as everybody can read them: ISO 8601 in UTC. Every member that ends in `At` or `Until`, and `at` itself, is one. */
function withTimes(name: string, value: unknown): unknown {
  return typeof value === 'number' && /(?:^at|At|Until)$/.test(name) ? new Date(value).toISOString() : value;
}
