import { acceptance } from './en/acceptance.ts';
import { acceptanceCases } from './en/acceptance-cases.ts';
import { account } from './en/account.ts';
import { accountEndings } from './en/account-endings.ts';
import { accountPhone } from './en/account-phone.ts';
import { agreements } from './en/agreements.ts';
import { attached } from './en/attached.ts';
import { board } from './en/board.ts';
import { claimPurposes } from './en/claim-purposes.ts';
import { claims } from './en/claims.ts';
import { common } from './en/common.ts';
import { consentReceipts } from './en/consent-receipts.ts';
import { console } from './en/console.ts';
import { consoleApprovals } from './en/console-approvals.ts';
import { consoleAudit } from './en/console-audit.ts';
import { consoleOperators } from './en/console-operators.ts';
import { consoleOrganisations } from './en/console-organisations.ts';
import { consoleSecurity } from './en/console-security.ts';
import { consoleSources } from './en/console-sources.ts';
import { device } from './en/device.ts';
import { enrolment } from './en/enrolment.ts';
import { errors } from './en/errors.ts';
import { recovery } from './en/recovery.ts';
import { registrationForm } from './en/registration-form.ts';
import { relyingParties } from './en/relying-parties.ts';
import { relyingPartyHealth } from './en/relying-party-health.ts';
import { signIn } from './en/sign-in.ts';
import { signInSteps } from './en/sign-in-steps.ts';
import { signOut } from './en/sign-out.ts';
import { window } from './en/window.ts';
import type { Text } from './text.ts';

export const en: Text = {
  language: 'en',
  direction: 'ltr',
  common,
  signIn,
  signInSteps,
  signOut,
  device,
  enrolment,
  recovery,
  errors,
  claims,
  claimPurposes,
  window,
  board,
  account,
  accountEndings,
  accountPhone,
  attached,
  consentReceipts,
  console,
  consoleApprovals,
  consoleSources,
  consoleAudit,
  consoleOperators,
  consoleOrganisations,
  consoleSecurity,
  relyingPartyHealth,
  registrationForm,
  relyingParties,
  agreements,
  acceptance,
  acceptanceCases,
};
