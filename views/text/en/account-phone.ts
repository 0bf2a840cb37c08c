import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const accountPhone: Text['accountPhone'] = {
  heading: 'Mobile number',
  now: (phone: Html) => html`The number at present: ${phone}`,
  noneNow: 'No number is registered at present.',
  what: 'The new number must be in your own name. We first ask the register of mobile numbers, and then send a code to it. The number before is told, too.',
  label: 'New number',
  hint: 'For example 09121234567',
  next: 'Continue',
  codeHeading: 'The code that came to the new number',
  sentTo: (phone: Html) => html`We sent a code of six digits to ${phone}.`,
  otherNumber: 'Use another number',
  back: 'Back to my account',
  errors: {
    malformed: 'This is no Iranian mobile number. It has eleven digits and begins with 09',
    same: 'This is the number you have already',
    'somebody-else': 'This number is not in your name. Use one that is, or have it put in your name by the operator',
    unavailable:
      'The register of mobile numbers does not answer now. Your number has stayed as it was. Try again in some minutes',
    'not-sent': 'We cannot send text messages now. Your number has stayed as it was. Try again in some minutes',
  },
  changed: 'Your mobile number was changed. The number before is told, too.',
};
