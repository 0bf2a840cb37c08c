import { isDeepStrictEqual } from 'node:util';
import {
  CONTACT_ROLES,
  type ListedOrganisation,
  ORGANISATION_KINDS,
  ORGANISATION_STAGES,
  type OrganisationContact,
  type OrganisationDraft,
} from './organisation.ts';
import { readOrganisation } from './organisation-rules.ts';
import type { Organisations } from './organisations.ts';
import { type CsvLine, codeOf, readOrganisationsCsv } from './organisations-csv.ts';

/** Something about one line, or one cell of it. The cell itself is not repeated: it may be a person's. */
export type LineRemark = { line: number; column?: string | undefined; reason: string };

export type ImportReport = {
  /** Nothing at all is written when a single line is bad, and nothing in a rehearsal. */
  outcome: 'imported' | 'rehearsed' | 'refused';
  lines: number;
  added: number;
  changed: number;
  unchanged: number;
  /** By line. Each one keeps the whole file out. */
  faults: readonly LineRemark[];
  /** What was read and is not done: the stage of an organisation that is there already. */
  notes: readonly LineRemark[];
};

type Needs = { organisations: Pick<Organisations, 'list' | 'saveAll'> };
type Asked = { bytes: Uint8Array; by: string; isRehearsal: boolean };
type Drafted = { line: number; draft: OrganisationDraft; faults: LineRemark[]; notes: LineRemark[] };

/**
 * Organisations from a file, all or none of them. New ones are added at the stage that the file names; of those that are
 * there names, kind, parent and contacts change, and the stage does not: each step has its reason and its person.
 */
export async function importOrganisations({ organisations }: Needs, asked: Asked): Promise<ImportReport> {
  const file = readOrganisationsCsv(asked.bytes);
  if (file.outcome === 'refused') return reportOf({ faults: file.faults });
  const known = new Map((await organisations.list()).map((each) => [each.id, each]));
  const drafted = markTwice(file.lines.map((line) => draftFrom(line, known)));
  const changing = drafted.filter(({ draft }) => !isUnchanged(draft, known.get(draft.id)));
  const isReadable = drafted.every(({ faults }) => faults.length === 0);
  const saved = await organisations.saveAll(
    changing.map(({ draft }) => draft),
    { by: asked.by, isRehearsal: asked.isRehearsal || !isReadable },
  );
  const faults = [
    ...drafted.flatMap((each) => each.faults),
    ...changing.flatMap(({ line, faults: own }, index) => {
      const answer = saved[index];
      if (answer === undefined || answer.outcome === 'saved') return [];
      const isSaid = (path: string) => own.some(({ column }) => column === path);
      return answer.faults
        .filter(({ path }) => !isSaid(path))
        .map(({ path, reason }): LineRemark => ({ line, column: path, reason }));
    }),
  ].sort((one, other) => one.line - other.line);
  const added = changing.filter(({ draft }) => !known.has(draft.id)).length;
  return reportOf({
    faults,
    notes: drafted.flatMap(({ notes }) => notes),
    isRehearsal: asked.isRehearsal,
    lines: drafted.length,
    added,
    changed: changing.length - added,
  });
}

function reportOf({
  faults,
  notes = [],
  isRehearsal = false,
  lines = 0,
  added = 0,
  changed = 0,
}: {
  faults: readonly LineRemark[];
  notes?: readonly LineRemark[];
  isRehearsal?: boolean;
  lines?: number;
  added?: number;
  changed?: number;
}): ImportReport {
  const done = isRehearsal ? 'rehearsed' : 'imported';
  return {
    outcome: faults.length > 0 ? 'refused' : done,
    lines,
    added,
    changed,
    unchanged: lines - added - changed,
    faults,
    notes,
  };
}

function draftFrom(csvLine: CsvLine, known: ReadonlyMap<string, ListedOrganisation>): Drafted {
  const { line, cells, hasRightNumberOfCells } = csvLine;
  const cell = (column: string) => cells.get(column) ?? '';
  const id = codeOf(cell('id'));
  const there = known.get(id);
  const kind = ORGANISATION_KINDS.find((each) => each === codeOf(cell('kind')));
  const askedStage = codeOf(cell('stage'));
  const stage = ORGANISATION_STAGES.find((each) => each === askedStage);
  const parent = cells.has('parent') ? codeOf(cell('parent')) : (there?.parent ?? '');
  const contacts = contactsFrom(csvLine);
  const faults: LineRemark[] = [
    ...(hasRightNumberOfCells ? [] : [{ line, reason: 'number-of-cells' }]),
    ...(kind === undefined ? [{ line, column: 'kind', reason: cell('kind') === '' ? 'missing' : 'unknown' }] : []),
    ...(askedStage !== '' && stage === undefined ? [{ line, column: 'stage', reason: 'unknown' }] : []),
  ];
  const isOtherStage = there !== undefined && stage !== undefined && stage !== there.stage;
  return {
    line,
    draft: {
      id,
      name: { fa: cell('name_fa'), en: cell('name_en') },
      kind: kind ?? 'agency',
      stage: there?.stage ?? stage ?? 'not-begun',
      ...(parent !== '' && { parent }),
      ...(contacts.length > 0 && { contacts }),
    },
    faults,
    notes: isOtherStage ? [{ line, column: 'stage', reason: 'stage-stays' }] : [],
  };
}

/** A contact whose three cells are empty is not mentioned, and stays as it is. */
function contactsFrom({ cells }: CsvLine): OrganisationContact[] {
  return CONTACT_ROLES.map((role) => ({
    role,
    name: cells.get(`${role}_name`) ?? '',
    email: cells.get(`${role}_email`) ?? '',
    phone: cells.get(`${role}_phone`) ?? '',
  })).filter(({ name, email, phone }) => `${name}${email}${phone}` !== '');
}

function markTwice(drafted: readonly Drafted[]): Drafted[] {
  const seen = new Set<string>();
  return drafted.map((each) => {
    const { line, draft, faults } = each;
    const isTwice = seen.has(draft.id);
    seen.add(draft.id);
    return isTwice ? { ...each, faults: [...faults, { line, column: 'id', reason: 'twice' }] } : each;
  });
}

/** Contacts are sealed and cannot be compared from here: a line that names one is written. */
function isUnchanged(draft: OrganisationDraft, there: ListedOrganisation | undefined): boolean {
  if (there === undefined || draft.contacts !== undefined) return false;
  const read = readOrganisation(draft);
  return read.outcome === 'read' && isDeepStrictEqual(withoutEmpty(read.organisation), withoutEmpty(there));
}

function withoutEmpty(organisation: OrganisationDraft): object {
  return Object.fromEntries(Object.entries(organisation).filter(([, value]) => value !== undefined));
}
