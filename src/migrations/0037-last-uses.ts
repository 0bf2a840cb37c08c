/**
 * Where the services of a citizen are found one after the other, however often each was used. Only over the event that
 * tells it: every index on this table is paid for by each sign-in.
 */
export const index = 'audit_events_last_uses';
export const definition = `on audit_events (citizen_id, client_id, id desc) where name = 'tokens.issued'`;
