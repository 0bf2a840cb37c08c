import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

export const device: Text['device'] = {
  enter: {
    heading: 'Enter the code on your device',
    what: 'This page connects a device without a keyboard, such as a television or a laboratory instrument, to your account.',
    code: 'Device code',
    codeHint: 'As you see it on the device’s screen. Capital or small letters make no difference.',
    submit: 'Continue',
    errors: {
      missing: 'Enter the code that you see on the device',
      'not-found': 'This code is not right. Compare it with the device’s screen and enter it again',
      expired: 'This code has expired. Get a new one on the device',
      'already-used': 'This code has been used before. Get a new one on the device',
      aborted: 'This request was refused. If you want it, get a new code on the device',
      failed: 'The code was not accepted. Try again',
      'slow-down': 'There were too many attempts. Wait a minute and enter the code again',
    },
  },
  confirm: {
    heading: 'Connect this device?',
    asks: (name: Html) => html`A device of ${name} asks to sign in with your account.`,
    sameCode: 'This code must be exactly the one you see on the device:',
    warning: 'If the device is not in front of you, or somebody sent you this code, do not connect it.',
    allow: 'The code matches, connect',
    abort: 'Do not connect',
  },
  done: {
    heading: 'The device is connected',
    whatToDo: 'Go back to your device. You can close this page.',
    refusedHeading: 'The device was not connected',
    refusedWhatToDo: 'Nothing was shared. You can close this page.',
  },
};
