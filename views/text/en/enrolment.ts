import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';
import type { Text } from '../text.ts';

const number = (n: number) => formatNumber('en', n);

export const enrolment: Text['enrolment'] = {
  link: 'I have no account yet',
  progress: (step: number, of: number) => `Step ${number(step)} of ${number(of)}`,
  back: 'Back',
  next: 'Continue',
  returnsTo: (name: Html) => html`At the end you go back to ${name}.`,
  hours: (n: number) => (n === 1 ? '1 hour' : `${number(n)} hours`),
  slowDown: (wait: string) => `There were too many attempts. Wait ${wait}, then choose “Continue” again`,
  notNow: 'This could not be done right now. What you entered is kept; try again in a few minutes',
  start: {
    heading: 'Create your account',
    what: 'You create one account and sign in with it to every connected university. There is nowhere to go and no document to send.',
    asks: (name: Html) => html`${name} asks you to sign in. You go back there when your account is ready.`,
    needs: 'Have these at hand',
    needsCode: 'your national code and date of birth',
    needsPhone: 'a mobile phone, best one registered to your own name',
    needsTime: 'about three minutes. If you have to stop, you can go on within a day on this device.',
    checks:
      'We ask the civil registry about your national code and date of birth, and Shahkar whose mobile number it is, and keep their answers.',
    begin: 'Start',
    begun: 'You have begun an account on this device and can go on with it.',
    goOn: 'Go on with my account',
    beginAnew: 'Start from the beginning',
    haveAccount: 'I have an account and want to sign in',
  },
  identity: {
    heading: 'What are your national code and date of birth?',
    why: 'With these two, your name comes from the civil registry.',
    birthDate: 'Date of birth',
    birthDateHint: 'In the solar (Jalali) calendar, as on your birth certificate, such as 5 11 1379',
    day: 'Day',
    month: 'Month',
    year: 'Year',
    birthDateMissing: 'Enter the day, month and year of your birth',
    birthDateMalformed:
      'There is no such day in the solar calendar. Compare day, month and year with your birth certificate',
    noMatch:
      'The civil registry does not know this national code with this date of birth. Compare both with your national card or birth certificate',
    noMatchMore:
      'If both are right, your record has to be corrected at the civil registry: take a proof of identity to the nearest office, then come back here.',
  },
  phone: {
    heading: 'What is your mobile number?',
    why: 'Codes to sign in and important news of your account are sent to this number. Nobody else gets it unless you allow it.',
    label: 'Mobile number',
    hint: 'Such as 09123456789',
    missing: 'Enter your mobile number',
    malformed: 'A mobile number has eleven digits and begins with 09. Check yours',
  },
  phoneOwner: {
    heading: 'Whose number is this?',
    why: (phone: Html) =>
      html`The number ${phone} is not registered to your name. If it belongs to somebody close to you, and they agree, enter their national code, and the code is sent to that number.`,
    level:
      'Your account works with such a number, but services that want a number in your own name will not accept it.',
    label: 'National code of the number’s owner',
    submit: 'Send the code to this number',
    another: 'Enter another number',
    missing: 'Enter the national code of the number’s owner',
    notTheirs:
      'The number is not registered to the owner of this national code either. Check the code, or enter another number',
    yourOwn: 'This is your own national code. Enter the code of the person the number is registered to',
  },
  code: {
    heading: 'Enter the code we sent you',
    sent: (phone: Html) => html`A text message with a code of six digits is on its way to ${phone}.`,
    sentToOwner: (phone: Html) =>
      html`A text message with a code of six digits is on its way to ${phone}. Ask the number’s owner for the code; the message tells them what it is for.`,
    sentAgain: 'A message is on its way. Only the latest code is accepted.',
    label: 'Code of six digits',
    hint: 'Valid for three minutes.',
    missing: 'Enter the code from the text message',
    malformed: 'The code has six digits. Compare it with the text message',
    wrong: (triesLeft: string) =>
      `This code is not right. Compare it with the latest message; tries left: ${triesLeft}`,
    wrongForGood: 'This code is not right and is no longer accepted. Ask for a new code',
    expired: 'This code has run out of time. Ask for a new code',
    'wrong-or-expired':
      'This code is not right, or it has run out of time. Compare it with the latest message, or ask for a new code',
    again: 'No message? Send it again',
    notSentHeading: 'Have your phone at hand',
    notSent: (phone: Html) => html`The number ${phone} was accepted. Ask for the code when the phone is at hand.`,
    sendNow: 'Send the code',
    mayTake: 'A message may take up to a minute.',
    tooSoon: (wait: string) => `The last message may still be on its way. Wait ${wait}, then ask again`,
    late: 'The message may come late: text messages are slow right now. Its code is accepted for three minutes.',
    unavailable: 'No message can be sent right now. The fault is ours; ask again in a few minutes',
    another: 'Change the number',
  },
  password: {
    heading: 'Make a password for your account',
    hello: (name: Html) => html`Welcome, ${name}. Your number is confirmed.`,
    why: 'With your national code and this password you sign in to every university.',
    label: 'Password',
    rules: (least: string) =>
      `At least ${least} characters. A few words in a row are good; spaces and any sign are allowed.`,
    notThese: 'Common passwords, and your own name, national code, number and date of birth, are not accepted.',
    show: 'Show password',
    hide: 'Hide password',
    missing: 'Enter a password',
    'too-short': (least: string) => `This password is short. Use at least ${least} characters`,
    'too-long': (most: string) => `This password is longer than ${most} characters. Make it shorter`,
    'too-common':
      'This password is one of the most common and quickly guessed. Make another one, such as three unrelated words',
    'about-yourself': 'This password is made from your own details and quickly guessed. Make another one',
  },
  passkey: {
    heading: 'Would you like to sign in without a password next time?',
    what: 'A passkey works with your fingerprint, your face or the lock of this device. It is easier than a password, and no fake page can steal it.',
    stays: 'Your fingerprint and face never leave your device.',
    make: 'Make a passkey',
    notNow: 'Not now',
    cannot: 'This browser makes no passkeys. You can make one later on your account page, also with another device.',
    failed: 'No passkey was made. Try again, or choose “Not now”; you can make one later',
    defaultName: 'First passkey',
  },
  recoveryCodes: {
    heading: 'Keep your recovery codes',
    what: 'If you lose your phone or forget your password, these codes bring you back in. Each works once.',
    before:
      'Have pen and paper or a printer at hand. If you were given codes before, they stop working when new ones are shown.',
    show: 'Show my codes',
    once: 'These codes are not shown again. Print them or write them on paper, and keep them in a safe place other than this phone.',
    list: 'Recovery codes',
    printed: (date: string) => `Recovery codes of Panjereh, made on ${date}. Each code works once.`,
    print: 'Print',
    kept: 'I have kept them',
  },
  waiting: {
    heading: 'You have to wait a little',
    services: {
      'civil-registry':
        'The civil registry does not answer right now. Your request is queued, and we ask again by ourselves.',
      'mobile-ownership':
        'Shahkar, which knows whose number it is, does not answer right now. Your request is queued, and we ask again by ourselves.',
    },
    refreshes: 'This page refreshes by itself every half minute.',
    told: (phone: Html) => html`You may close the page: when the answer is there, we send a text message to ${phone}.`,
    comeBack: 'You may close the page and come back within a day on this device. What you entered is kept.',
    check: 'Check now',
    cancel: 'I no longer want an account',
    askPhone: 'Enter your number, and we send a text message when the answer is there',
    tellMe: 'Tell me',
  },
  done: {
    heading: 'Your account is ready',
    name: (name: Html) => html`${name}, from now on you sign in with your national code.`,
    identity: 'Identity',
    signIn: 'Sign-in',
    identityLevels: {
      'self-asserted': 'as you say, not verified',
      'registry-matched': 'verified with the civil registry; the phone number is in somebody else’s name',
      'registry-and-phone-matched': 'verified with the civil registry, and the phone number is in your name',
    },
    signInLevels: {
      passkey: 'with a passkey, the strongest way, or with password and code',
      code: 'with a password, and a code by text message where it is needed',
    },
    goOn: (name: Html) => html`Sign in and go back to ${name}`,
    goOnUnnamed: 'Sign in and go on',
    toWindow: 'See the connected universities',
    whereNext: 'Open your university’s site and choose “Sign in”.',
    signInAgain:
      'The sign-in from before has run out of time. Go back to your university’s site and choose “Sign in” again.',
  },
  ended: {
    deceased: {
      heading: 'The civil registry has the owner of this national code as deceased',
      why: 'No account can be created for them.',
      whatToDo:
        'If this national code is your own, the civil registry has to correct it: take a proof of identity to the nearest office, then come back here.',
    },
    'account-exists': {
      heading: 'You already have an account',
      why: 'Everybody has one account, and nothing in yours was changed.',
      whatToDo:
        'Sign in with your national code and password. If you do not remember the password, you can come back to your account.',
    },
    'not-possible': {
      heading: 'No account can be created this way',
      why: 'We cannot create an account with these details, and cannot say the reason here.',
      whatToDo: 'Contact your university’s support, or start again and check everything once more.',
    },
    cancelled: {
      heading: 'You gave up creating an account',
      why: 'What you entered was deleted, and there is no account.',
      whatToDo: 'You can start again whenever you like.',
    },
    signIn: 'Sign in',
    recover: 'I lost my password or phone',
  },
  gone: {
    heading: 'Your account has to be started again',
    why: 'What you entered is kept for one day and only on that device, and it is no longer here.',
    begin: 'Start again',
  },
};
