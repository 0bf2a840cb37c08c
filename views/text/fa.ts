import { acceptance } from './fa/acceptance.ts';
import { acceptanceCases } from './fa/acceptance-cases.ts';
import { account } from './fa/account.ts';
import { accountEndings } from './fa/account-endings.ts';
import { accountPhone } from './fa/account-phone.ts';
import { agreements } from './fa/agreements.ts';
import { attached } from './fa/attached.ts';
import { board } from './fa/board.ts';
import { claimPurposes } from './fa/claim-purposes.ts';
import { claims } from './fa/claims.ts';
import { common } from './fa/common.ts';
import { consentReceipts } from './fa/consent-receipts.ts';
import { console } from './fa/console.ts';
import { consoleApprovals } from './fa/console-approvals.ts';
import { consoleAudit } from './fa/console-audit.ts';
import { consoleOperators } from './fa/console-operators.ts';
import { consoleOrganisations } from './fa/console-organisations.ts';
import { consoleSecurity } from './fa/console-security.ts';
import { consoleSources } from './fa/console-sources.ts';
import { device } from './fa/device.ts';
import { enrolment } from './fa/enrolment.ts';
import { errors } from './fa/errors.ts';
import { recovery } from './fa/recovery.ts';
import { registrationForm } from './fa/registration-form.ts';
import { relyingParties } from './fa/relying-parties.ts';
import { relyingPartyHealth } from './fa/relying-party-health.ts';
import { signIn } from './fa/sign-in.ts';
import { signInSteps } from './fa/sign-in-steps.ts';
import { signOut } from './fa/sign-out.ts';
import { window } from './fa/window.ts';
import type { Text } from './text.ts';

export const fa: Text = {
  language: 'fa',
  direction: 'rtl',
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
