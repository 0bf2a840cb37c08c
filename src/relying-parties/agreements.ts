import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { addVersion, project, projectNothing, withdrawOthers } from './agreement-rows-store.ts';
import { readAgreementTerms } from './agreement-terms.ts';
import { type AgreementVersion, createAgreementsStore, findVersion, setVersionState } from './agreements-store.ts';
import type { MetadataFault } from './client-metadata.ts';
import type { RelyingParties } from './relying-parties.ts';
import { lockRevision, RELYING_PARTIES_TOPIC } from './relying-parties-store.ts';

type Proposed =
  | { outcome: 'proposed'; version: number }
  | { outcome: 'not-found' }
  | { outcome: 'refused'; faults: readonly MetadataFault[] };

export type Decided =
  | { outcome: 'done'; agreement: AgreementVersion }
  | { outcome: 'not-found' }
  /** Who proposed it does not decide about it. */
  | { outcome: 'same-person' }
  | { outcome: 'already-decided' }
  /** Its end came before its approval. */
  | { outcome: 'over' };

type Decision = { clientId: string; version: number; by: string; why?: string };

export type Agreements = ReturnType<typeof createAgreements>;

type Needs = {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce'>;
  relyingParties: Pick<RelyingParties, 'find' | 'forget'>;
  /** Scopes that resource servers have, beside those about citizens. */
  listResourceScopes(): Promise<ReadonlySet<string>>;
  audit: Pick<AuditEvents, 'agreementChanged'>;
  clock: Clock;
};

/** What an organisation may ask for about citizens: proposed by it, decided by the ministry, version by version. */
export function createAgreements({ database, changeFeed, relyingParties, listResourceScopes, audit, clock }: Needs) {
  const store = createAgreementsStore({ database });

  return {
    /** In the place of what was proposed before and is not decided yet. Nothing holds until it is approved. */
    async propose({ by, clientId, terms: typed }: { by: string; clientId: string; terms: unknown }): Promise<Proposed> {
      if ((await relyingParties.find(clientId)) === undefined) return { outcome: 'not-found' };
      const at = clock.now();
      const read = readAgreementTerms(typed, { now: at, resourceScopes: await listResourceScopes() });
      if (read.outcome === 'refused') return read;
      const { from, until, ...terms } = read.terms;
      const version = await database.transaction().execute(async (transaction) => {
        await lockRevision(transaction, clientId);
        const added = await addVersion(transaction, { clientId, by, at, terms, from, until, state: 'proposed' });
        await withdrawOthers(transaction, { clientId, by, at, version: added, state: 'proposed' });
        return added;
      });
      void audit.agreementChanged({ clientId, by, act: 'propose', version });
      return { outcome: 'proposed', version };
    },

    /** From its beginning on it takes the place of what was agreed before; until then that goes on. */
    async approve({ clientId, version, by, why = '' }: Decision): Promise<Decided> {
      return decide({ clientId, version, by, why, act: 'approve' });
    },

    async refuse({ clientId, version, by, why = '' }: Decision): Promise<Decided> {
      return decide({ clientId, version, by, why, act: 'refuse' });
    },

    /** Ends what is in force, at once: nothing but `sub` is released from then on. */
    async end({ clientId, by, why }: { clientId: string; by: string; why: string }): Promise<Decided> {
      const inForce = await this.current(clientId);
      if (inForce === undefined) return { outcome: 'not-found' };
      const at = clock.now();
      await database.transaction().execute(async (transaction) => {
        await lockRevision(transaction, clientId);
        await setVersionState(transaction, { clientId, version: inForce.version, state: 'ended', by, why, at });
        await projectNothing(transaction, clientId);
        await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
      });
      return done({ clientId, version: inForce.version, by, act: 'end' });
    },

    /** What holds now, or undefined. */
    async current(clientId: string): Promise<AgreementVersion | undefined> {
      const standing = (await relyingParties.find(clientId))?.agreementStanding;
      if (standing?.state !== 'in-force') return undefined;
      return (await store.listOf(clientId)).find(({ version }) => version === standing.version);
    },

    /** What waits for a decision, or undefined. */
    async proposed(clientId: string): Promise<AgreementVersion | undefined> {
      return (await store.listOf(clientId)).find(({ state }) => state === 'proposed');
    },

    /** Every version, newest first. */
    history: store.listOf,
  };

  async function decide({
    clientId,
    version,
    by,
    why,
    act,
  }: Required<Decision> & { act: 'approve' | 'refuse' }): Promise<Decided> {
    const at = clock.now();
    const outcome = await database.transaction().execute(async (transaction): Promise<Decided['outcome']> => {
      await lockRevision(transaction, clientId);
      const found = await findVersion(transaction, { clientId, version });
      if (found === undefined) return 'not-found';
      if (found.state !== 'proposed') return 'already-decided';
      if (found.proposedBy === by) return 'same-person';
      if (act === 'refuse') {
        await setVersionState(transaction, { clientId, version, state: 'refused', by, why, at });
        return 'done';
      }
      const { from, until, ...agreement } = found.terms;
      if (until !== undefined && until <= at) return 'over';
      await setVersionState(transaction, { clientId, version, state: 'approved', by, why, at });
      // One that begins later leaves what is in force alone, and takes the place of what else was to begin.
      const replaced = from <= at ? undefined : { begunBefore: at };
      await withdrawOthers(transaction, { clientId, by, at, version, state: 'approved', except: replaced });
      if (from <= at) await project(transaction, { clientId, agreement });
      await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
      return 'done';
    });
    return outcome === 'done' ? done({ clientId, version, by, act }) : { outcome };
  }

  async function done({ clientId, version, by, act }: Omit<Decision, 'why'> & { act: string }): Promise<Decided> {
    relyingParties.forget(clientId);
    void audit.agreementChanged({ clientId, by, act, version });
    const agreement = (await store.listOf(clientId)).find((each) => each.version === version);
    if (agreement === undefined) throw new Error(`version ${version} of the agreement with ${clientId} vanished`);
    return { outcome: 'done', agreement };
  }
}
