import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const window: Text['window'] = {
  heading: 'One sign-in for every university',
  what: 'Sign in once with your national code, and every connected university knows you.',
  privacy: 'Each university sees only what you have allowed.',
  signedInAs: (name: Html) => html`You are signed in as ${name}.`,
  signIn: 'Sign in',
  signOut: 'Sign out',
  account: 'My account',
  recent: 'Used recently',
  searchLabel: 'Name of a university or service',
  find: 'Search',
  nothingFound: 'No service of this name was found.',
  services: 'Connected services',
  open: (name: Html) => html`Sign in to ${name}`,
  noServices: 'No service is connected yet.',
  everyKind: 'All',
  kindLabel: 'Kind of organisation',
  pagesLabel: 'Pages of the list',
  place: (page: string, pages: string, found: string) => `Page ${page} of ${pages}, ${found} services`,
  previous: 'Previous page',
  next: 'Next page',
  kinds: {
    state: 'State universities',
    'non-state': 'Non-state universities and institutions',
    'payam-e-noor-and-other': 'Payam-e Noor and other universities',
    'subordinate-body': 'Subordinate bodies',
    agency: 'Government agencies',
    other: 'Other services',
  },
};
