import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';
import { networkOf } from '#platform/http/client-address.ts';
import { createAuthenticatorCodeStep } from './authenticator-code.ts';
import { type ClosingNeeds, createClosingStep } from './closing.ts';
import { type ConsentNeeds, createConsentStep } from './consent.ts';
import { createDeviceCookie } from './device-cookie.ts';
import { createNewPasswordStep } from './new-password.ts';
import { createNoteSignIn, type NoteSignInNeeds } from './note-sign-in.ts';
import { createPasskeyStep } from './passkey.ts';
import { createPasswordAgainStep } from './password-again.ts';
import { createRecoveryCodeStep } from './recovery-code.ts';
import { createRememberCookie } from './remember-cookie.ts';
import { createSecondFactorStep } from './second-factor.ts';
import { createSignInStep } from './sign-in.ts';
import { createSmsCodeStep } from './sms-code.ts';
import { createUnmetStep } from './unmet.ts';
import { createWay, type WayNeeds } from './way.ts';

/** Everything that some step needs, but for what is made of it here. */
type Steps = Omit<
  WayNeeds &
    ConsentNeeds &
    Parameters<typeof createSignInStep>[0] &
    Parameters<typeof createPasskeyStep>[0] &
    Parameters<typeof createSmsCodeStep>[0] &
    Parameters<typeof createAuthenticatorCodeStep>[0] &
    Parameters<typeof createRecoveryCodeStep>[0] &
    Parameters<typeof createNewPasswordStep>[0] &
    NoteSignInNeeds &
    ClosingNeeds,
  'way' | 'noteSignIn' | 'deviceCookie' | 'rememberCookie' | 'networkOf' | 'rememberedDevices'
>;

type Needs = Steps & {
  issuer: string;
  rememberedDevices: RememberedDevices;
  clientAddress(request: IncomingMessage): string;
};

/** The steps between a relying party's request and its answer. */
export function signInRoutes({ issuer, clientAddress, ...rest }: Needs): Router {
  const isSecure = issuer.startsWith('https://');
  const needs = {
    ...rest,
    deviceCookie: createDeviceCookie({ isSecure }),
    rememberCookie: createRememberCookie({ isSecure, lives: rest.rememberedDevices.lives }),
    networkOf: (ctx: { req: IncomingMessage }) => networkOf(clientAddress(ctx.req)),
  };
  const steps = { ...needs, way: createWay({ ...needs, noteSignIn: createNoteSignIn(needs) }) };
  const signIn = createSignInStep(steps);
  const passkey = createPasskeyStep(steps);
  const passwordAgain = createPasswordAgainStep(steps);
  const secondFactor = createSecondFactorStep(steps);
  const sms = createSmsCodeStep(steps);
  const authenticator = createAuthenticatorCodeStep(steps);
  const recoveryCode = createRecoveryCodeStep(steps);
  const newPassword = createNewPasswordStep(steps);
  const closing = createClosingStep(steps);
  const unmet = createUnmetStep(steps);
  const consent = createConsentStep(needs);

  return new Router()
    .get('/sign-in/:uid', signIn.show)
    .post('/sign-in/:uid', signIn.submit)
    .post('/sign-in/:uid/cancel', signIn.cancel)
    .post('/sign-in/:uid/puzzle-code', signIn.sendPuzzleCode)
    .post('/sign-in/:uid/passkey', passkey.submit)
    .get('/sign-in/:uid/password', passwordAgain.show)
    .post('/sign-in/:uid/password', passwordAgain.submit)
    .get('/sign-in/:uid/second-factor', secondFactor.show)
    .get('/sign-in/:uid/sms', sms.show)
    .post('/sign-in/:uid/sms', sms.submit)
    .post('/sign-in/:uid/sms/send', sms.send)
    .get('/sign-in/:uid/authenticator', authenticator.show)
    .post('/sign-in/:uid/authenticator', authenticator.submit)
    .get('/sign-in/:uid/recovery-code', recoveryCode.show)
    .post('/sign-in/:uid/recovery-code', recoveryCode.submit)
    .get('/sign-in/:uid/new-password', newPassword.show)
    .post('/sign-in/:uid/new-password', newPassword.submit)
    .get('/sign-in/:uid/closing', closing.show)
    .post('/sign-in/:uid/closing', closing.submit)
    .get('/sign-in/:uid/unmet', unmet.show)
    .post('/sign-in/:uid/unmet', unmet.submit)
    .get('/consent/:uid', consent.show)
    .post('/consent/:uid', consent.submit);
}
