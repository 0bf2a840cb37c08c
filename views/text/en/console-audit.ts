import type { Text } from '../text.ts';

export const consoleAudit: Text['consoleAudit'] = {
  heading: 'What operators did',
  what: 'The acts of operators, newest first. It can only be read, and it is sealed every minute.',
  nothing: 'Nothing of this kind is on record.',
  nobody: 'The system',
  organisation: 'Id of an organisation',
  day: 'Day (in Tehran)',
  notADay: 'Write the day as in 2025-11-28; the acts of all days are shown.',
  columns: { at: 'When', by: 'Who', act: 'Act', about: 'About', details: 'Details', id: 'Number' },
  acts: {
    'operator.changed': 'Role given or taken away',
    'operator.refused': 'Asked for what is not allowed',
    'console.entered': 'Entered the console',
    'console.left': 'Left the console',
    'approval.changed': 'Asked for or decided by a second person',
    'organisation.changed': 'Organisation entered or changed',
    'organisation.moved': 'Organisation moved to a stage',
    'organisation.domain-changed': 'Domain changed',
    'relying-party.changed': 'Service registered or changed',
    'client-secret.changed': 'Secret of a service changed',
    'agreement.changed': 'Agreement changed',
    'claims-source.changed': 'Source of claims changed',
    'acceptance.asked': 'Acceptance asked for',
    'incident.worked': 'Incident worked on',
    'signing-keys.changed': 'Signing keys changed',
  },
};
