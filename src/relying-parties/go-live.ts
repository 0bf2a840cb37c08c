import { isDeepStrictEqual } from 'node:util';
import type { AuditEvents } from '#audit/events.ts';
import type { Agreements, Decided } from './agreements.ts';
import type { RelyingParties } from './relying-parties.ts';
import type { RelyingParty } from './relying-party.ts';

/** What still stands between an entry in production and its first citizen, in the order in which it is done. */
export const STEPS_TO_LIVE = [
  'organisation-accepted',
  'domain-proven',
  'contacts',
  'acceptance-green',
  'agreement-proposed',
] as const;
type MissingStep = (typeof STEPS_TO_LIVE)[number];

/** What is asked about, and all that a yes is for: the entry as registered then, and that version of its agreement. */
export type GoesLive = { revision: number; agreement: number };

type WentLive =
  | { outcome: 'live'; relyingParty: RelyingParty }
  | { outcome: 'missing'; steps: readonly MissingStep[] }
  | { outcome: 'not-found' }
  | { outcome: 'not-production' }
  | { outcome: 'already-live' }
  /** Who asked, or proposed the agreement, is not who lets it through. */
  | { outcome: 'same-person' }
  /** Something else would go live now than what was asked about. */
  | { outcome: 'changed-since' }
  | { outcome: 'agreement'; decided: Exclude<Decided['outcome'], 'done'> };

type KnownOrganisation = { stage: string; contacts?: readonly { role: string }[] | undefined };

export type GoLive = ReturnType<typeof createGoLive>;

type Needs = {
  relyingParties: Pick<RelyingParties, 'find' | 'setState'>;
  agreements: Pick<Agreements, 'approve' | 'proposed' | 'current'>;
  findOrganisation(id: string): Promise<KnownOrganisation | undefined>;
  provenDomains(organisationId: string): Promise<readonly string[]>;
  /** Whether the provider tried to deceive this relying party and failed. */
  isGreen(clientId: string): Promise<boolean>;
  /** The organisation is connected with its first entry that goes live. */
  noteConnected(about: { organisationId: string; by: string }): Promise<void>;
  audit: Pick<AuditEvents, 'relyingPartyChanged'>;
};

const ACCEPTED: readonly string[] = ['in-technical-process', 'accepted', 'connected'];
/** Whom we call at night, and whom we write to. */
const NEEDED_CONTACTS = ['technical', 'security'];

export function createGoLive(needs: Needs) {
  const { relyingParties, agreements, findOrganisation, provenDomains, isGreen, noteConnected, audit } = needs;

  return {
    /** Empty when only the approval is left. */
    async whatIsMissing(clientId: string): Promise<MissingStep[]> {
      const relyingParty = await relyingParties.find(clientId);
      return relyingParty === undefined ? [...STEPS_TO_LIVE] : listMissing(relyingParty);
    },

    /** For the request, once nothing is missing; undefined where there is no agreement or no such entry. */
    whatGoesLive,

    /** What the approval does. Everything is looked at again: it may have waited for days. */
    async goLive({
      clientId,
      by,
      approvedBy,
      asked,
    }: {
      clientId: string;
      by: string;
      approvedBy: string;
      asked: GoesLive | undefined;
    }): Promise<WentLive> {
      const relyingParty = await relyingParties.find(clientId);
      if (relyingParty === undefined) return { outcome: 'not-found' };
      if (relyingParty.environment !== 'production') return { outcome: 'not-production' };
      if (relyingParty.state !== 'not-live') return { outcome: 'already-live' };
      if (by === approvedBy) return { outcome: 'same-person' };
      const steps = await listMissing(relyingParty);
      if (steps.length > 0) return { outcome: 'missing', steps };
      if (!isDeepStrictEqual(await whatGoesLive(clientId), asked)) return { outcome: 'changed-since' };
      const proposed = await agreements.proposed(clientId);
      if (proposed !== undefined) {
        const decided = await agreements.approve({ clientId, version: proposed.version, by: approvedBy });
        if (decided.outcome !== 'done') return { outcome: 'agreement', decided: decided.outcome };
      }
      const author = { by, approvedBy, note: '', expected: relyingParty.revision };
      // Another instance may have changed it before this one heard of it.
      if (!(await relyingParties.setState(clientId, 'active', author))) return { outcome: 'changed-since' };
      await noteConnected({ organisationId: relyingParty.organisationId, by: approvedBy });
      void audit.relyingPartyChanged({ clientId, by: approvedBy, act: 'go-live' });
      const live = await relyingParties.find(clientId);
      if (live === undefined) throw new Error(`the relying party ${clientId} vanished while it went live`);
      return { outcome: 'live', relyingParty: live };
    },
  };

  async function whatGoesLive(clientId: string): Promise<GoesLive | undefined> {
    const [relyingParty, agreement] = await Promise.all([
      relyingParties.find(clientId),
      agreements.proposed(clientId).then((proposed) => proposed ?? agreements.current(clientId)),
    ]);
    if (relyingParty === undefined || agreement === undefined) return undefined;
    return { revision: relyingParty.revision, agreement: agreement.version };
  }

  async function listMissing({ clientId, organisationId, testedAs }: RelyingParty): Promise<MissingStep[]> {
    const [organisation, domains, green, proposed, current] = await Promise.all([
      findOrganisation(organisationId),
      provenDomains(organisationId),
      isGreen(testedAs ?? clientId),
      agreements.proposed(clientId),
      agreements.current(clientId),
    ]);
    const roles = (organisation?.contacts ?? []).map(({ role }) => role);
    const isDone: Record<MissingStep, boolean> = {
      'organisation-accepted': ACCEPTED.includes(organisation?.stage ?? ''),
      'domain-proven': domains.length > 0,
      contacts: NEEDED_CONTACTS.every((role) => roles.includes(role)),
      'acceptance-green': green,
      'agreement-proposed': proposed !== undefined || current !== undefined,
    };
    return STEPS_TO_LIVE.filter((step) => !isDone[step]);
  }
}
