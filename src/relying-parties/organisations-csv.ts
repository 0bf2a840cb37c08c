import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { normaliseDigits } from '#platform/persian-text.ts';
import { CONTACT_ROLES, type ListedOrganisation, type OrganisationContact } from './organisation.ts';

/** As the first line of a file names them. The first four are needed; a contact has all three or none. */
const NEEDED_COLUMNS = ['id', 'name_fa', 'name_en', 'kind'] as const;
const CONTACT_COLUMNS = CONTACT_ROLES.flatMap((role) => [`${role}_name`, `${role}_email`, `${role}_phone`]);
const COLUMNS: readonly string[] = [...NEEDED_COLUMNS, 'stage', 'parent', ...CONTACT_COLUMNS];

/** Why the file as a whole cannot be read. */
type FileFault = {
  line: number;
  column?: string | undefined;
  reason:
    | 'empty'
    | 'too-large'
    | 'too-many-lines'
    | 'not-utf-8'
    | 'not-csv'
    | 'column-missing'
    | 'column-unknown'
    | 'column-twice';
};

/** The cells of one line of the file by column, as they were written; `line` is where it ends, as an editor counts. */
export type CsvLine = { line: number; cells: ReadonlyMap<string, string>; hasRightNumberOfCells: boolean };

type ReadCsv = { outcome: 'read'; lines: CsvLine[] } | { outcome: 'refused'; faults: FileFault[] };

/** Ten thousand organisations with all their contacts have 4 MB. */
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_LINES = 10_000;
/** Characters in one line; the longest honest one has some 900. */
const LONGEST_LINE = 8 * 1024;
/** A spreadsheet takes a cell that begins so for a formula; a quote in front makes it text again, in every one of them. */
const FORMULA = /^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/;

/** UTF-8, with or without a byte order mark; commas, or semicolons as spreadsheets write them where the comma is decimal. */
export function readOrganisationsCsv(bytes: Uint8Array): ReadCsv {
  const refused = (...faults: FileFault[]): ReadCsv => ({ outcome: 'refused', faults });
  if (bytes.length > MOST_BYTES) return refused({ line: 1, reason: 'too-large' });
  const text = readUtf8(bytes);
  if (text === undefined) return refused({ line: 1, reason: 'not-utf-8' });
  if (text.trim() === '') return refused({ line: 1, reason: 'empty' });
  const rows = parseRows(text);
  if ('fault' in rows) return refused(rows.fault);
  const [header = { line: 1, cells: [] }, ...rest] = rows.records;
  const names = header.cells.map((name) => name.trim().toLowerCase());
  const faults = listHeaderFaults(names);
  if (faults.length > 0) return refused(...faults);
  if (rest.length > MOST_LINES) return refused({ line: MOST_LINES + 2, reason: 'too-many-lines' });
  return {
    outcome: 'read',
    lines: rest.map(({ line, cells }) => ({
      line,
      cells: new Map(names.map((name, index) => [name, plain(cells[index] ?? '')])),
      hasRightNumberOfCells: cells.length === names.length,
    })),
  };
}

/** For spreadsheets: with a byte order mark, and no cell that one of them would take for a formula. */
export function writeOrganisationsCsv(
  organisations: readonly (ListedOrganisation & { contacts?: readonly OrganisationContact[] })[],
): string {
  const hasContacts = organisations.some(({ contacts }) => contacts !== undefined);
  const columns = COLUMNS.filter((column) => hasContacts || !CONTACT_COLUMNS.includes(column));
  return stringify(
    organisations.map((each) => cellsOf(each)),
    { header: true, columns, bom: true, record_delimiter: 'windows', escape_formulas: true },
  );
}

function cellsOf({
  id,
  name,
  kind,
  stage,
  parent,
  contacts = [],
}: ListedOrganisation & { contacts?: readonly OrganisationContact[] }) {
  return {
    id,
    name_fa: name.fa,
    name_en: name.en,
    kind,
    stage,
    parent: parent ?? '',
    ...Object.fromEntries(
      contacts.flatMap((contact) => [
        [`${contact.role}_name`, contact.name],
        [`${contact.role}_email`, contact.email],
        [`${contact.role}_phone`, contact.phone],
      ]),
    ),
  };
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type Rows = { records: { line: number; cells: string[] }[] } | { fault: FileFault };

function parseRows(text: string): Rows {
  const firstLine = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  try {
    const records: { line: number; cells: string[] }[] = [];
    parse(text, {
      bom: true,
      delimiter: firstLine.includes(',') ? ',' : ';',
      max_record_size: LONGEST_LINE,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // One more than may be, so that too many is seen, and no more than that is kept.
      to: MOST_LINES + 2,
      on_record(cells: string[], { lines }) {
        records.push({ line: lines, cells });
        return cells;
      },
    });
    return { records };
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    return { fault: { line, reason: 'not-csv' } };
  }
}

function listHeaderFaults(names: readonly string[]): FileFault[] {
  return [
    ...NEEDED_COLUMNS.filter((column) => !names.includes(column)).map((column) => ({
      line: 1,
      column,
      reason: 'column-missing' as const,
    })),
    ...names.flatMap((column, index): FileFault[] => {
      if (!COLUMNS.includes(column)) return [{ line: 1, column: column.slice(0, 40), reason: 'column-unknown' }];
      return names.indexOf(column) === index ? [] : [{ line: 1, column, reason: 'column-twice' }];
    }),
  ];
}

function plain(cell: string): string {
  return cell.trim().replace(FORMULA, '');
}

/** A word of ours, such as a kind, however its letters were typed. */
export function codeOf(cell: string): string {
  return normaliseDigits(cell)
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}
