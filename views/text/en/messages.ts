import type { messages as persian } from '../fa/messages.ts';

export const messages: typeof persian = {
  'sign-in-code': ({ code }) => `${code} is your Panjereh sign-in code. Give it to nobody.`,
  'phone-code': ({ code }) => `${code} confirms your number at Panjereh.`,
  'phone-owner-code': ({ code }) =>
    `${code} Somebody close to you wants to enrol at Panjereh with this number. If you do not know them, give this code to nobody.`,
  'recovery-code': ({ code }) => `${code} is your Panjereh recovery code. Give it to nobody.`,
  'puzzle-way': ({ code }) => `${code} lets you go on signing in at Panjereh.`,
  'factor-changed': ({ factor = '', act = '' }) =>
    `Panjereh: ${FACTORS[factor] ?? 'your way of signing in'} ${verb(factor)} ${ACTS[act] ?? 'changed'}. If this was not you, change your password now.`,
  'new-device': ({ device = 'a new device', link = '' }) =>
    `Panjereh: your account was used to sign in from ${device}. If this was not you, say so now: ${link}`,
  'closing-asked': ({ days = '', link = '' }) =>
    `Panjereh: your account is to be closed in ${days} days, as was asked. If you do not want that, stop it: ${link}`,
  'closing-stopped': () => 'Panjereh: your account will not be closed. It works as before.',
  'account-closed': ({ link = '' }) =>
    `Panjereh: your account was closed, as you asked. You can enrol again whenever you like: ${link}`,
  'recovery-begun': ({ link = '' }) =>
    `Panjereh: recovery of your account has begun and ends in 24 hours. If this is not you, stop it: ${link}`,
  'enrolment-done': ({ link = '' }) => `Panjereh: the check of your identity is done. Go on enrolling: ${link}`,
  'account-exists': ({ link = '' }) => `Panjereh: you have enrolled before. Sign in, or recover your password: ${link}`,
};

const FACTORS: Readonly<Record<string, string>> = {
  password: 'your password',
  authenticator: 'an authenticator app',
  passkey: 'a passkey',
  'recovery-codes': 'your recovery codes',
  phone: 'your mobile number',
};

const ACTS: Readonly<Record<string, string>> = { added: 'added', removed: 'removed', changed: 'changed' };

function verb(factor: string): string {
  return factor === 'recovery-codes' ? 'were' : 'was';
}
