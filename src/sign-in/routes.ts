import Router from '@koa/router';
import { createConsentStep, type ConsentNeeds } from './consent.ts';
import { createSignInStep, type SignInNeeds } from './sign-in.ts';

/** The steps between a relying party's request and its answer. */
export function signInRoutes(needs: SignInNeeds & ConsentNeeds): Router {
  const signIn = createSignInStep(needs);
  const consent = createConsentStep(needs);

  return new Router()
    .get('/sign-in/:uid', signIn.show)
    .post('/sign-in/:uid', signIn.submit)
    .post('/sign-in/:uid/cancel', signIn.cancel)
    .get('/consent/:uid', consent.show)
    .post('/consent/:uid', consent.submit);
}
