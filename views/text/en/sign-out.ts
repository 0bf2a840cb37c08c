import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const signOut: Text['signOut'] = {
  heading: 'Sign out of everything?',
  alreadyOut: (name: Html) => html`You have signed out of ${name}.`,
  stillIn: 'You are still signed in to Panjereh and to these services:',
  stillInPanjereh: 'You are still signed in to Panjereh, and can sign in again without a password.',
  signedInTo: 'You are signed in to these services:',
  signedInOnlyHere: 'If you sign out, you need your password to sign in again.',
  sharedDevice: 'If this device is shared, sign out of everything.',
  everything: 'Sign out of everything',
  onlyThisService: 'Only this service',
  staySignedIn: 'Stay signed in',
  done: {
    heading: 'You are signed out',
    everywhere: 'You are signed out of Panjereh and of every service you had signed in to with it.',
    mayTakeAMoment: 'It may take a few minutes until every service has heard of it.',
    ofPanjereh: 'You are signed out of Panjereh.',
    onlyService: (name: Html) => html`You are signed out of ${name}. You are still signed in to Panjereh.`,
    sharedDevice: 'If this device is shared, close the browser too.',
    signInAgain: 'Sign in again',
  },
  states: {
    summary: ({ arrived, of, trying }) => {
      const out = `You are signed out of ${arrived} of ${of} ${of === 1 ? 'service' : 'services'}`;
      if (trying === 0) return `${out}.`;
      return `${out}, still trying ${trying === 1 ? 'one' : trying}.`;
    },
    arrived: 'signed out',
    trying: (time: Html) => html`does not answer; next try at ${time}`,
    givenUp: 'did not answer. Sign out there yourself',
    takesNoPart: 'cannot be told by us. Sign out there yourself',
    looksAgain: 'This page looks again by itself.',
    lookAgain: 'Look again now',
  },
};
