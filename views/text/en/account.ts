import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const account: Text['account'] = {
  sessions: {
    heading: 'My devices and sessions',
    what: 'These places are signed in to your account. If you do not know one of them, end it and change your password.',
    thisOne: 'This device',
    browserOn: (browser: Html, system: Html) => html`${browser} on ${system}`,
    unknownDevice: 'Unknown device',
    started: 'Signed in',
    lastSeen: 'Last used',
    services: 'Services',
    noServices: 'None',
    shared: 'Shared device',
    end: 'End this session',
    endNamed: (device: Html) => html`End the session on ${device}`,
    endThis: 'Sign out of this device',
    endAll: 'End all sessions',
    endAllHint: 'You are signed out of every device, this one too.',
    ended: 'The session has ended. The services were told as well.',
    none: 'You have no active session.',
  },
};
