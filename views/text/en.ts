import { account } from './en/account.ts';
import { claims } from './en/claims.ts';
import { common } from './en/common.ts';
import { device } from './en/device.ts';
import { errors } from './en/errors.ts';
import { signIn } from './en/sign-in.ts';
import { signOut } from './en/sign-out.ts';
import { window } from './en/window.ts';
import type { Text } from './text.ts';

export const en: Text = {
  language: 'en',
  direction: 'ltr',
  common,
  signIn,
  signOut,
  device,
  errors,
  claims,
  window,
  account,
};
