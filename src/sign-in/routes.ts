import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import { networkOf } from '#platform/http/client-address.ts';
import { type ConsentNeeds, createConsentStep } from './consent.ts';
import { createDeviceCookie } from './device-cookie.ts';
import { createSignInStep, type SignInNeeds } from './sign-in.ts';

type Needs = Omit<SignInNeeds, 'deviceCookie' | 'networkOf'> &
  ConsentNeeds & { issuer: string; clientAddress(request: IncomingMessage): string };

/** The steps between a relying party's request and its answer. */
export function signInRoutes({ issuer, clientAddress, ...needs }: Needs): Router {
  const signIn = createSignInStep({
    ...needs,
    deviceCookie: createDeviceCookie({ isSecure: issuer.startsWith('https://') }),
    networkOf: (ctx) => networkOf(clientAddress(ctx.req)),
  });
  const consent = createConsentStep(needs);

  return new Router()
    .get('/sign-in/:uid', signIn.show)
    .post('/sign-in/:uid', signIn.submit)
    .post('/sign-in/:uid/cancel', signIn.cancel)
    .get('/consent/:uid', consent.show)
    .post('/consent/:uid', consent.submit);
}
