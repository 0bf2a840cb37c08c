import { account } from './fa/account.ts';
import { claims } from './fa/claims.ts';
import { common } from './fa/common.ts';
import { device } from './fa/device.ts';
import { errors } from './fa/errors.ts';
import { signIn } from './fa/sign-in.ts';
import { signOut } from './fa/sign-out.ts';
import { window } from './fa/window.ts';
import type { Text } from './text.ts';

export const fa: Text = {
  language: 'fa',
  direction: 'rtl',
  common,
  signIn,
  signOut,
  device,
  errors,
  claims,
  window,
  account,
};
