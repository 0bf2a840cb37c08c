import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { comparisonKey } from '#platform/persian-text.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { ListCursor } from './list-cursor.ts';
import {
  mayMove,
  type Organisation,
  type OrganisationDraft,
  type OrganisationFault,
  type OrganisationKind,
  type OrganisationStage,
  type StageChange,
} from './organisation.ts';
import { createContactVault } from './organisation-contacts.ts';
import { createPlaceFaults } from './organisation-places.ts';
import { readOrganisation } from './organisation-rules.ts';
import type { OrganisationInList, OrganisationOrder } from './organisations-list-store.ts';
import type { OrganisationsStore, OrganisationWrite } from './organisations-store.ts';

type OrganisationSaved = { outcome: 'saved' } | { outcome: 'refused'; faults: readonly OrganisationFault[] };

type OrganisationMoved =
  | { outcome: 'moved' }
  | { outcome: 'not-found' }
  /** The table of moves does not lead there from where it is now. */
  | { outcome: 'not-allowed'; from: OrganisationStage }
  | { outcome: 'why-missing' };

export type OrganisationQuestion = {
  /** Words in either language, in any order and in whichever letters and digits; also parts of an id. */
  search?: string | undefined;
  kind?: OrganisationKind | undefined;
  stage?: OrganisationStage | undefined;
  /** By id where there is none. */
  order?: OrganisationOrder | undefined;
};
type OrganisationPage =
  | { outcome: 'listed'; organisations: OrganisationInList[] /** The cursor of the next page. */; next?: string }
  | { outcome: 'not-a-cursor' };

export type Organisations = ReturnType<typeof createOrganisations>;

type Needs = {
  store: OrganisationsStore;
  sealer: Sealer;
  cursor: ListCursor;
  audit: Pick<AuditEvents, 'organisationChanged' | 'organisationMoved'>;
  clock: Clock;
};

const USUAL_LIMIT = 50;
const MOST = 200;
const LONGEST_SEARCH = 200;
const MOST_WORDS = 10;
/** A few sentences; it stays on record. */
const LONGEST_WHY = 1000;

/** The registry of organisations: who they are, whom we call there, and how far each has come. */
export function createOrganisations({ store, sealer, cursor, audit, clock }: Needs) {
  const vault = createContactVault(sealer);

  return {
    async find(id: string): Promise<Organisation | undefined> {
      const found = await store.find(id);
      if (found === undefined) return undefined;
      return { ...found, contacts: vault.openAll(id, found.contacts) };
    },

    namesOf: store.namesOf,

    /** Everything, by id, without domains and contacts. */
    list: store.list,

    /** A page at a time; a cursor holds for the order that it was written in. */
    async listFor({
      after,
      limit = USUAL_LIMIT,
      ...asked
    }: OrganisationQuestion & { after?: string | undefined; limit?: number | undefined }): Promise<OrganisationPage> {
      const { kind, stage, order } = asked;
      const words = wordsOf(asked.search);
      const question = { of: 'organisations', kind, stage, words, order };
      const last = after === undefined ? '' : cursor.read(question, after);
      if (last === undefined) return { outcome: 'not-a-cursor' };
      const size = Math.min(Math.max(1, Math.trunc(limit)), MOST);
      const found = await store.listAfter({ last, limit: size + 1, kind, stage, words, order });
      const organisations = found.slice(0, size);
      const end = organisations.at(-1);
      const next = found.length > size && end !== undefined ? cursor.write(question, end.id) : undefined;
      return { outcome: 'listed', organisations, ...(next !== undefined && { next }) };
    },

    /** Upserts, except for the stage of one that is there already: that is `moveTo`. `by` is a citizen id of an operator. */
    async save(draft: OrganisationDraft, { by }: { by: string } = { by: 'registry' }): Promise<OrganisationSaved> {
      const [saved = { outcome: 'saved' }] = await this.saveAll([draft], { by });
      return saved;
    },

    /** All of them or, when one is refused or it is a rehearsal, none. One answer for each, in their order. */
    async saveAll(
      drafts: readonly OrganisationDraft[],
      { by, isRehearsal = false }: { by: string; isRehearsal?: boolean } = { by: 'registry' },
    ): Promise<OrganisationSaved[]> {
      const read = drafts.map(readOrganisation);
      const good = read.flatMap((each) => (each.outcome === 'read' ? [each.organisation] : []));
      const { answers, isWritten } = await store.change((known) => {
        const listPlaceFaults = createPlaceFaults({ known, others: good });
        const ids = Map.groupBy(good, ({ id }) => id);
        const answers = read.map((each): OrganisationSaved => {
          if (each.outcome === 'refused') return each;
          const isTwice = (ids.get(each.organisation.id) ?? []).length > 1;
          const faults = [...(isTwice ? [{ path: 'id', reason: 'twice' }] : []), ...listPlaceFaults(each.organisation)];
          return faults.length > 0 ? { outcome: 'refused', faults } : { outcome: 'saved' };
        });
        if (isRehearsal || answers.some(({ outcome }) => outcome === 'refused'))
          return { answer: { answers, isWritten: false } };
        return { written: { writes: good.map(asWritten), by, at: clock.now() }, answer: { answers, isWritten: true } };
      });
      if (isWritten) for (const { id } of good) void audit.organisationChanged({ organisationId: id, by, act: 'save' });
      return answers;
    },

    /** Along the table of moves; `why` is asked for with every one and stays on record. */
    async moveTo({
      id,
      stage,
      by,
      why,
    }: {
      id: string;
      stage: OrganisationStage;
      by: string;
      why: string;
    }): Promise<OrganisationMoved> {
      const reason = why.replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY);
      if (reason === '') return { outcome: 'why-missing' };
      const found = await store.find(id);
      if (found === undefined) return { outcome: 'not-found' };
      const from = found.stage;
      if (!mayMove({ from, to: stage })) return { outcome: 'not-allowed', from };
      if (!(await store.move({ id, from, to: stage, at: clock.now(), by, why: reason }))) {
        // Somebody else moved it in between: what is allowed now is another question.
        const now = await store.find(id);
        return now === undefined ? { outcome: 'not-found' } : { outcome: 'not-allowed', from: now.stage };
      }
      void audit.organisationMoved({ organisationId: id, by, from, to: stage });
      return { outcome: 'moved' };
    },

    /** Newest first. */
    history: (id: string): Promise<StageChange[]> => store.history(id),
  };

  function asWritten({ contacts = [], ...organisation }: OrganisationDraft): OrganisationWrite {
    return { organisation, contacts: contacts.map((contact) => vault.seal(organisation.id, contact)) };
  }
}

function wordsOf(search = ''): string[] {
  const words = comparisonKey(search.slice(0, LONGEST_SEARCH)).split(' ');
  return words.filter((word) => word !== '').slice(0, MOST_WORDS);
}
