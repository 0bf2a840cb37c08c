import type { OrganisationsWords } from './organisations-words-fa.ts';

/** By reason, as a whole sentence after the line and the column. */
const reasons: Readonly<Record<string, string>> = {
  empty: 'the file is empty.',
  'too-large': 'the file has more than 5 MB. Split it.',
  'too-many-lines': 'the file has more than 10,000 organisations. Split it.',
  'not-utf-8': 'the file is not written in UTF-8. In a spreadsheet choose "CSV UTF-8" when saving.',
  'not-csv': 'from this line on the file is not CSV: a quote was left open, or the line is too long.',
  'column-missing': 'this column is needed and not in the first line.',
  'column-unknown': 'we know no such column. See --help for their names.',
  'column-twice': 'this column is there twice.',
  'number-of-cells': 'this line has another number of cells than the first. Text with a comma stands in quotes.',
  'not-an-id': 'an id has lower case Latin letters, digits and hyphens only, at most 64.',
  missing: 'this cell is empty.',
  'too-long': 'a name has at most 120 characters.',
  'direction-controls': 'the name hides a character that changes the direction of text. Type it again.',
  'letters-of-another-alphabet':
    'a letter of another alphabet is in the name: Persian names in Persian letters, English ones in Latin.',
  unknown: 'this value is not known. See --help for those that are.',
  itself: 'the organisation is its own parent.',
  cycle: 'the organisation would lie below itself.',
  'too-deep': 'more than five organisations lie above this one.',
  'not-found': 'no organisation of this id is registered or in the file.',
  taken: 'another organisation has this name, if perhaps in other letters.',
  twice: 'this id stands in a line above, too.',
  'not-a-name': 'this is not the name of a person, or too long.',
  'not-an-email': 'this is not an email address.',
  'not-a-phone': 'this is not a telephone number; write it as 02161111111 or +982161111111.',
  'stage-stays': 'the organisation was registered before; its stage stays what it is.',
};

export const organisationsWordsEn: OrganisationsWords = {
  help: {
    program: 'Organisations: from and to CSV.',
    import:
      'Add and update organisations from a CSV file: all of them or none. The stage is read for new organisations alone.',
    export: 'Write all organisations as CSV, into a file or to the output',
    dryRun: 'say what would happen, and write nothing',
    by: 'who acts; it stays on record',
    json: 'facts for machines',
    language: 'of the answer',
    withContacts: 'with names, telephone numbers and email addresses of people; such a file is personal data',
    columns: `Columns: id, name_fa, name_en, kind are needed; stage, parent and technical_*, security_*, legal_* (name, email, phone) are not.
kind: state, non-state, payam-e-noor-and-other, subordinate-body, agency
stage: not-begun, requested, in-technical-process, accepted, connected, suspended`,
    exitCodes:
      'Exit codes: 0 done, 1 failed, 2 not understood, 3 a line is bad and nothing was written, 5 database or keys not available.',
  },
  remark: ({ line, column, reason }) =>
    [`line ${line}`, ...(column === undefined ? [] : [column]), reasons[reason] ?? reason]
      .join(', ')
      .replace(/, (?=[^,]*$)/, ', '),
  summary(report) {
    const counts = `Of ${report.lines} lines: ${report.added} new, ${report.changed} changed, ${report.unchanged} as they were.`;
    if (report.outcome === 'refused')
      return `${report.faults.length} ${report.faults.length === 1 ? 'fault' : 'faults'}; nothing was written.`;
    return report.outcome === 'rehearsed'
      ? `${counts} This was a dry run; nothing was written.`
      : `${counts} All written.`;
  },
  stagesStay:
    'A file changes no stage of a registered organisation: each step has its reason and its person, and is taken in the console.',
  exported: ({ count, file }) => `${count} organisations written to ${file}.`,
};
