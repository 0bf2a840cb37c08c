import type { Text } from '../text.ts';

export const recovery: Text['recovery'] = {
  slowDown: (wait: string) => `There were too many attempts. Wait ${wait}, then try again`,
  link: 'I lost my password or phone',
  start: {
    heading: 'What have you lost?',
    what: 'The way back to your account depends on it.',
    password: 'I forgot my password',
    passwordHint: 'I still have my phone and my number.',
    phone: 'I no longer have my phone or number',
    phoneHint: 'I know my password, and I have a recovery code or a passkey.',
    everything: 'I have neither',
    everythingHint: 'Your identity is checked again, and you have to wait for a day.',
    missing: 'Choose one of the three',
    signIn: 'Back to the sign-in page',
  },
  identity: {
    heading: 'What are your national code and date of birth?',
    why: 'With these two we find your account. We do not tell you whether there is one; only its owner gets a text message.',
  },
  code: {
    heading: 'Enter the code we sent you',
    sent: 'If there is an account with these details, a text message with a code of six digits is on its way to its number.',
    none: 'No message? The account’s number may be another one: start again and choose “I no longer have my phone or number”.',
  },
  secondProof: {
    heading: 'One more proof is needed',
    why: 'The password was right. Now enter one of your recovery codes, or use your passkey.',
    label: 'Recovery code',
    hint: 'As you printed it. Each code works once.',
    missing: 'Enter one of your recovery codes',
    wrong: 'This code is not right, or was used before. Enter another one',
    passkey: 'Continue with a passkey',
    passkeyFailed: 'The passkey was not accepted. Try again, or enter a recovery code',
  },
  knownPassword: {
    heading: 'Enter your national code and password',
    why: 'The password, together with a recovery code or a passkey, shows that the account is yours.',
    wrong: 'The national code or the password is not right. Check both and enter them again',
    neither: 'I have neither',
  },
  phone: {
    heading: 'What is your new number?',
    why: 'From now on, codes to sign in and news of your account go to this number.',
    notYours: 'This number is not registered to your name. Enter one that is',
  },
  password: {
    heading: 'Make a new password',
    why: 'The old one no longer works, and every device that was signed in is signed out.',
  },
  waiting: {
    heading: 'You have to wait until tomorrow',
    until: (when: string) => `From ${when} you can go on with this device.`,
    why: 'A text message went to the account’s old number. If somebody other than you has asked for this, the owner of that number can stop it.',
    comeBack: 'You may close this page. When it is time, open this address again on this device.',
    cancel: 'I no longer want this',
  },
  stop: {
    heading: 'Stop this request?',
    what: 'Somebody said that they lost the phone and the password of your account, and wants to come back to it with another number. If it was not you, stop it.',
    label: 'Code in the text message',
    missing: 'Enter the code from the text message',
    submit: 'Stop it',
    leave: 'If it was you, there is nothing to do, and you may close this page.',
    wrong: 'This code is not right, or the request is over. Compare it with the text message',
  },
  stopped: {
    heading: 'The request was stopped',
    what: 'Your account is as it was. No password and no number was changed.',
    more: 'If you are worried, sign in and change your password.',
  },
  ended: {
    cancelled: {
      heading: 'This goes no further',
      why: 'The account is as it was. No password and no number was changed.',
    },
    stopped: {
      heading: 'This request was stopped',
      why: 'Whoever has the account’s old number stopped this request. If you no longer have that number, contact your university’s support.',
    },
    'no-account': {
      heading: 'You have no account yet',
      why: 'Your identity and number were confirmed, but there is no account in your name. You can create it now.',
    },
    deceased: {
      heading: 'The civil registry has the owner of this national code as deceased',
      why: 'If this national code is your own, the civil registry has to correct it: take a proof of identity to the nearest office.',
    },
    'already-changed': {
      heading: 'The account was changed already',
      why: 'It has a new password or number. If you chose it a moment ago, sign in with it. If you do not know it, start again.',
    },
    'not-possible': {
      heading: 'This way does not work',
      why: 'These details lead back to no account. Choose another way, or contact your university’s support.',
    },
    again: 'Start again',
    enrol: 'Create an account',
  },
  gone: {
    heading: 'This has to be started again',
    why: 'It has run out of time, or it was begun on another device.',
  },
  done: {
    heading: 'You are back in your account',
    kinds: {
      'forgotten-password': 'The new password works from now on.',
      'lost-phone': 'The new number is used from now on.',
      'lost-everything':
        'The new password and the new number are used from now on. Recovery codes and passkeys from before no longer work; make new ones on your account page.',
    },
    told: 'A text message tells you about it as well. Every device that was signed in has been signed out.',
    signIn: 'Sign in',
  },
};
