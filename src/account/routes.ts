import Router from '@koa/router';
import { RECEIPT_KEYS_PATH } from '#relying-parties/consent-receipts.ts';
import { type ActivityNeeds, createActivitySteps } from './activity.ts';
import { type AddAuthenticatorNeeds, createAddAuthenticatorStep } from './add-authenticator.ts';
import { type AddPasskeyNeeds, createAddPasskeyStep } from './add-passkey.ts';
import { ATTACHED_PATH, type AttachedNeeds, createAttachedStep } from './attached.ts';
import { type ChangePasswordNeeds, createChangePasswordStep } from './change-password.ts';
import { CLOSE_PATH, type CloseNeeds, createCloseStep } from './close.ts';
import { createDataSteps, DATA_PATH, type DataNeeds } from './data.ts';
import { createLedgerProofStep } from './ledger-proof.ts';
import { createNewRecoveryCodesStep, type NewRecoveryCodesNeeds } from './new-recovery-codes.ts';
import { createNotMeStep, type NotMeNeeds } from './not-me.ts';
import { createOverviewStep, type OverviewNeeds } from './overview.ts';
import { createPhoneStep, PHONE_PATH, type PhoneNeeds } from './phone.ts';
import { createReceiptSteps, type ReceiptNeeds } from './receipts.ts';
import { createSecurityStep, SECURITY_PATH, type SecurityNeeds } from './security.ts';
import { createServicesStep, type ServicesNeeds } from './services.ts';
import { createSessionsStep, type SessionsNeeds } from './sessions.ts';

type Needs = SecurityNeeds &
  AddPasskeyNeeds &
  AddAuthenticatorNeeds &
  NewRecoveryCodesNeeds &
  ChangePasswordNeeds &
  SessionsNeeds &
  ServicesNeeds &
  ActivityNeeds &
  NotMeNeeds &
  CloseNeeds &
  PhoneNeeds &
  DataNeeds &
  ReceiptNeeds &
  AttachedNeeds &
  OverviewNeeds &
  Parameters<typeof createLedgerProofStep>[0];

/** The citizen's own pages. */
export function accountRoutes(needs: Needs): Router {
  const security = createSecurityStep(needs);
  const passkey = createAddPasskeyStep(needs);
  const authenticator = createAddAuthenticatorStep(needs);
  const recoveryCodes = createNewRecoveryCodesStep(needs);
  const password = createChangePasswordStep(needs);
  const services = createServicesStep(needs);
  const sessions = createSessionsStep(needs);
  const activity = createActivitySteps(needs);
  const close = createCloseStep(needs);
  const phone = createPhoneStep(needs);
  const receipts = createReceiptSteps(needs);
  const data = createDataSteps(needs);
  const attached = createAttachedStep(needs);

  return new Router()
    .get('/account', createOverviewStep(needs).show)
    .get('/account/services', services.show)
    .post('/account/services', services.submit)
    .get(ATTACHED_PATH, attached.show)
    .post(ATTACHED_PATH, attached.submit)
    .get(SECURITY_PATH, security.show)
    .post(`${SECURITY_PATH}/remove`, security.remove)
    .post(`${SECURITY_PATH}/forget`, security.forget)
    .get(`${SECURITY_PATH}/passkey`, passkey.show)
    .post(`${SECURITY_PATH}/passkey`, passkey.submit)
    .get(`${SECURITY_PATH}/authenticator`, authenticator.show)
    .post(`${SECURITY_PATH}/authenticator`, authenticator.submit)
    .get(`${SECURITY_PATH}/recovery-codes`, recoveryCodes.show)
    .post(`${SECURITY_PATH}/recovery-codes`, recoveryCodes.submit)
    .get(`${SECURITY_PATH}/password`, password.show)
    .post(`${SECURITY_PATH}/password`, password.submit)
    .get('/account/sessions', sessions.show)
    .post('/account/sessions', sessions.submit)
    .get('/account/activity', activity.show)
    .get('/account/activity.json', activity.download)
    .get('/account/activity/:event/proof', createLedgerProofStep(needs).download)
    .post('/account/not-me', createNotMeStep(needs).submit)
    .get(CLOSE_PATH, close.show)
    .post(CLOSE_PATH, close.ask)
    .post(`${CLOSE_PATH}/stop`, close.stop)
    .get(PHONE_PATH, phone.show)
    .post(PHONE_PATH, phone.submit)
    .get(`${PHONE_PATH}/code`, phone.showCode)
    .post(`${PHONE_PATH}/code`, phone.confirm)
    .post(`${PHONE_PATH}/code/again`, phone.sendAgain)
    .get('/account/receipts/:receipt', receipts.show)
    .get('/account/receipts/:receipt/file', receipts.download)
    .get(RECEIPT_KEYS_PATH, receipts.keys)
    .get(DATA_PATH, data.show)
    .post(DATA_PATH, data.ask)
    .get(`${DATA_PATH}/page`, data.download('page'))
    .get(`${DATA_PATH}/json`, data.download('json'));
}
