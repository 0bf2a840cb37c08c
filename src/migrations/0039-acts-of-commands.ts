/**
 * As 0036, with what commands do to data keys and dead letters. The version before still reads by the index of 0036,
 * which goes with a later one.
 */
export const index = 'audit_events_operator_acts_of_commands';
export const definition = `on audit_events (id desc) where name in (
  'operator.changed', 'operator.refused', 'console.entered', 'console.left', 'approval.changed',
  'organisation.changed', 'organisation.moved', 'organisation.domain-changed', 'relying-party.changed',
  'client-secret.changed', 'agreement.changed', 'claims-source.changed', 'acceptance.asked', 'incident.worked',
  'signing-keys.changed', 'data-key.changed', 'letter.revived')`;
