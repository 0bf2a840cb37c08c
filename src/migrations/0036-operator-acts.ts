/** What operators do is a few lines among the sign-ins of a nation: auditors find it without reading those. */
export const index = 'audit_events_operator_acts';
export const definition = `on audit_events (id desc) where name in (
  'operator.changed', 'operator.refused', 'console.entered', 'console.left', 'approval.changed',
  'organisation.changed', 'organisation.moved', 'organisation.domain-changed', 'relying-party.changed',
  'client-secret.changed', 'agreement.changed', 'claims-source.changed', 'acceptance.asked', 'incident.worked',
  'signing-keys.changed')`;
