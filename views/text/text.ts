/**
 * Every word on every page. Persian is written first and its shape is the type, so a phrase missing from
 * another language does not compile. A phrase with parts is a function; parts that carry names are Html,
 * because a name is shown isolated from the sentence around it.
 */
import { en } from './en.ts';
import type { acceptance } from './fa/acceptance.ts';
import type { acceptanceCases } from './fa/acceptance-cases.ts';
import type { account } from './fa/account.ts';
import type { accountEndings } from './fa/account-endings.ts';
import type { accountPhone } from './fa/account-phone.ts';
import type { agreements } from './fa/agreements.ts';
import type { attached } from './fa/attached.ts';
import type { board } from './fa/board.ts';
import type { claimPurposes } from './fa/claim-purposes.ts';
import type { claims } from './fa/claims.ts';
import type { common } from './fa/common.ts';
import type { consentReceipts } from './fa/consent-receipts.ts';
import type { console } from './fa/console.ts';
import type { consoleApprovals } from './fa/console-approvals.ts';
import type { consoleAudit } from './fa/console-audit.ts';
import type { consoleOperators } from './fa/console-operators.ts';
import type { consoleOrganisations } from './fa/console-organisations.ts';
import type { consoleSecurity } from './fa/console-security.ts';
import type { consoleSources } from './fa/console-sources.ts';
import type { device } from './fa/device.ts';
import type { enrolment } from './fa/enrolment.ts';
import type { errors } from './fa/errors.ts';
import type { recovery } from './fa/recovery.ts';
import type { registrationForm } from './fa/registration-form.ts';
import type { relyingParties } from './fa/relying-parties.ts';
import type { relyingPartyHealth } from './fa/relying-party-health.ts';
import type { signIn } from './fa/sign-in.ts';
import type { signInSteps } from './fa/sign-in-steps.ts';
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
  signInSteps: typeof signInSteps;
  signOut: typeof signOut;
  device: typeof device;
  enrolment: typeof enrolment;
  recovery: typeof recovery;
  errors: typeof errors;
  claims: typeof claims;
  claimPurposes: typeof claimPurposes;
  window: typeof window;
  board: typeof board;
  account: typeof account;
  accountEndings: typeof accountEndings;
  accountPhone: typeof accountPhone;
  attached: typeof attached;
  consentReceipts: typeof consentReceipts;
  console: typeof console;
  consoleApprovals: typeof consoleApprovals;
  consoleSources: typeof consoleSources;
  consoleAudit: typeof consoleAudit;
  consoleOperators: typeof consoleOperators;
  consoleOrganisations: typeof consoleOrganisations;
  consoleSecurity: typeof consoleSecurity;
  relyingPartyHealth: typeof relyingPartyHealth;
  registrationForm: typeof registrationForm;
  relyingParties: typeof relyingParties;
  agreements: typeof agreements;
  acceptance: typeof acceptance;
  acceptanceCases: typeof acceptanceCases;
};

export function textFor(language: Language): Text {
  return language === 'fa' ? fa : en;
}
