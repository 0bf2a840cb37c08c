import { type Html, html, type Renderable } from '../../html.ts';
import type { Text } from '../text.ts';

export const board: Text['board'] = {
  heading: 'Panjereh in the country',
  lead: 'How many organisations are connected, how many people have an account, and how often they signed in each day.',
  link: 'Panjereh in the country: organisations, citizens and sign-ins in numbers',
  connectedOfAll: 'Connected organisations',
  citizens: 'Citizens with an account',
  citizensAtEnd: 'Citizens with an account at the end of the day',
  signIns: 'Sign-ins',
  signInsAre: 'A sign-in is a citizen who arrives at a service, with a password or by single sign-on.',
  signInsChart: 'Chart of the sign-ins of each day; the numbers are in the table below',
  organisations: 'Organisations by kind and stage',
  kind: 'Kind',
  day: 'Day',
  total: 'Total',
  all: 'All',
  of: (part: Renderable, all: Renderable) => html`${part} of ${all}`,
  share: (name: string) => `Share of those connected: ${name}`,
  asOf: (at: Html) => html`Counted on ${at}`,
  period: (first: string, last: string) => `${first} to ${last}`,
  small: (least: string) =>
    html`No number below ${least} is shown. A dash means that the number is small, or that a small one could be worked out from it. Citizens and sign-ins are rounded down to tens.`,
  notShown: 'not shown',
  download: 'Download the table (CSV)',
  refreshed: 'These numbers are renewed every few minutes. Days are those of Tehran.',
  stages: {
    'not-begun': 'Not begun',
    requested: 'Requested',
    'in-technical-process': 'In technical process',
    accepted: 'Accepted',
    connected: 'Connected',
    suspended: 'Suspended',
  },
};
