/** What somebody who owns the tables can do to a ledger of nine events under two heads, and what `verify` calls it. */
export const LEDGER_CHANGES: readonly [what: string, table: string, statement: string, kind: string][] = [
  [
    'what an event says',
    'audit_events',
    `update audit_events set details = '{"claims":"national_code"}' where id = 2`,
    'entry-changed',
  ],
  [
    'whom an event is about',
    'audit_events',
    `update audit_events set citizen_id = 'somebody' where id = 2`,
    'entry-changed',
  ],
  [
    'the name of an event',
    'audit_events',
    `update audit_events set name = 'consent.given' where id = 2`,
    'entries-do-not-fit',
  ],
  [
    'the service of an event',
    'audit_events',
    `update audit_events set client_id = null where id = 2`,
    'entries-do-not-fit',
  ],
  [
    'the time of an event by a microsecond',
    'audit_events',
    `update audit_events set at = at + interval '1 microsecond' where id = 2`,
    'entries-do-not-fit',
  ],
  ['that an event was there', 'audit_events', 'delete from audit_events where id = 2', 'entry-removed'],
  ['that any event was there', 'audit_events', 'truncate audit_events', 'entry-removed'],
  [
    'the last event with its entry',
    'ledger_entries',
    'delete from ledger_entries where event_id = 9; delete from audit_events where id = 9',
    'entries-removed',
  ],
  [
    'the place of two events',
    'ledger_entries',
    `update ledger_entries set position = 90 where event_id = 1; update ledger_entries set position = 0 where event_id = 2; update ledger_entries set position = 1 where event_id = 1`,
    'entries-do-not-fit',
  ],
  [
    'an entry by an erasure that nobody recorded',
    'audit_events',
    `update ledger_entries set salt = null where event_id = 2; update audit_events set citizen_id = null, details = '{}' where id = 2`,
    'erased-without-word',
  ],
  ['a head', 'ledger_heads', `update ledger_heads set entries = 4 where number = 1`, 'signature-wrong'],
  ['the first head', 'ledger_heads', 'delete from ledger_heads where number = 1', 'head-removed'],
  [
    'the last head with everything under it',
    'ledger_heads',
    'delete from ledger_heads where number = 2; delete from ledger_entries where head = 2; delete from audit_events where id > 5',
    'witness-disagrees',
  ],
  [
    'an event that never happened, before old ones',
    'audit_events',
    `insert into audit_events (id, at, name, details) overriding system value values (-7, now() - interval '1 day', 'x', '{}')`,
    'not-sealed',
  ],
];
