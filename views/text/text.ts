/**
 * Every word on every page. Persian is written first and its shape is the type, so a phrase missing from
 * another language does not compile. A phrase with parts is a function; parts that carry names are Html,
 * because a name is shown isolated from the sentence around it.
 */
import { en } from './en.ts';
import type { account } from './fa/account.ts';
import type { claims } from './fa/claims.ts';
import type { common } from './fa/common.ts';
import type { device } from './fa/device.ts';
import type { errors } from './fa/errors.ts';
import type { signIn } from './fa/sign-in.ts';
import type { signOut } from './fa/sign-out.ts';
import type { window } from './fa/window.ts';
import { fa } from './fa.ts';

export type Language = 'fa' | 'en';

/** A name or sentence that its owner gave in both languages. */
export type InBothLanguages = { fa: string; en: string };

export type Text = {
  language: Language;
  direction: 'rtl' | 'ltr';
  common: typeof common;
  signIn: typeof signIn;
  signOut: typeof signOut;
  device: typeof device;
  errors: typeof errors;
  claims: typeof claims;
  window: typeof window;
  account: typeof account;
};

export function textFor(language: Language): Text {
  return language === 'fa' ? fa : en;
}
