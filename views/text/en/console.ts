import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';
import type { Text } from '../text.ts';

const number = (n: number) => formatNumber('en', n);

export const console: Text['console'] = {
  title: 'Console',
  navigation: 'Parts of the console',
  signOut: 'Leave the console',
  sections: {
    home: 'Console',
    organisations: 'Organisations',
    operators: 'Operators',
    approvals: 'Decisions',
    'relying-parties': 'Services',
    sources: 'Sources',
    keys: 'Signing keys',
    incidents: 'Incidents',
    audit: 'Audit',
  },
  roles: {
    'university-staff': 'University staff',
    ministry: 'Ministry',
    support: 'Support',
    security: 'Security',
    auditor: 'Auditor',
  },
  roleMeaning: {
    'university-staff': 'You register your university and its services and bring them forward.',
    ministry: 'You decide who is connected, on agreements and on the roles of operators.',
    support: 'You see why a sign-in at a service did not work.',
    security: 'You follow incidents and the health of services.',
    auditor: 'You read records and decisions and change nothing.',
  },
  actors: {
    own: {
      system: 'The provider itself',
      registry: 'The provider itself',
      schedule: 'The schedule of keys',
      acceptance: 'The schedule of acceptance',
      'first-start': 'The first start',
      demo: 'The data of the demo',
    },
    program: (service: string) => `The program of ${service}`,
    command: (who: string) => `${who}, by a command`,
  },
  kinds: {
    state: 'State',
    'non-state': 'Non-state',
    'payam-e-noor-and-other': 'Payam-e Noor and other',
    'subordinate-body': 'Subordinate body',
    agency: 'Agency',
  },
  stages: {
    'not-begun': 'Not begun',
    requested: 'Requested',
    'in-technical-process': 'In technical process',
    accepted: 'Accepted',
    connected: 'Connected',
    suspended: 'Suspended',
  },
  home: {
    heading: 'Console',
    welcome: (name: Html) => html`Welcome, ${name}.`,
    yourRoles: 'Your roles',
    noRole: 'You have no role in the console yet.',
    stage: 'Stage',
  },
  table: {
    search: 'Search',
    find: 'Show',
    all: 'All',
    clear: 'Clear filters',
    sortBy: (column: string) => `Sort by ${column}`,
    next: 'Next page',
    first: 'First page',
    csv: 'Download all as CSV',
    rows: (n: number) => (n === 1 ? '1 row on this page' : `${number(n)} rows on this page`),
  },
  signIn: {
    failed: {
      heading: 'You are not signed in to the console',
      'no-passkey': 'The console needs a passkey. Your account has none, or it was not used.',
      stopped: 'You stopped before the sign-in was finished.',
      'not-begun-here': 'This sign-in did not begin in this browser, or it took too long.',
      refused: 'The answer to the sign-in was not accepted. Sign in again.',
    },
    addPasskey: 'Add a passkey to my account',
    again: 'Sign in again',
    signedOut: {
      heading: 'You have left the console',
      what: 'To go on working, sign in again with your passkey.',
    },
  },
};
