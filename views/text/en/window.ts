import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const window: Text['window'] = {
  heading: 'One sign-in for every university',
  what: 'Sign in once with your national code, and every connected university knows you.',
  privacy: 'Each university sees only what you have allowed.',
  signedInAs: (name: Html) => html`You are signed in as ${name}.`,
  signIn: 'Sign in',
  signOut: 'Sign out',
  sessions: 'My devices and sessions',
  services: 'Connected services',
  open: (name: Html) => html`Sign in to ${name}`,
  noServices: 'No service is connected yet.',
  kinds: {
    'state-university': 'State universities',
    'medical-university': 'Universities of medical sciences',
    'technical-university': 'Technical and vocational universities',
    'applied-science': 'University of Applied Science and Technology',
    'teacher-training': 'Farhangian University',
    'payame-noor': 'Payame Noor University',
    azad: 'Islamic Azad University',
    'non-profit': 'Non-profit institutes',
    'research-institute': 'Research institutes',
    government: 'Government organisations',
    other: 'Other services',
  },
};
