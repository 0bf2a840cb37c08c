import Router from '@koa/router';
import { pageInstead } from '#journeys/walk.ts';
import { DAY } from '#platform/durations.ts';
import { refuseWithoutLimits } from '#platform/http/refuse-without-limits.ts';
import { createSecretCookie } from '#platform/http/secret-cookie.ts';
import { createDoneStep } from './done.ts';
import { createEndedStep } from './ended.ts';
import { createIdentityStep } from './identity.ts';
import { createPasskeyStep } from './passkey.ts';
import { createPasswordStep } from './password.ts';
import { createPhoneStep } from './phone.ts';
import { createPhoneCodeStep } from './phone-code.ts';
import { createPhoneOwnerStep } from './phone-owner.ts';
import { createRecoveryCodesStep } from './recovery-codes.ts';
import { createStartStep } from './start.ts';
import { createWaitingStep } from './waiting.ts';
import { createWay, PAGE_OF, type WayNeeds } from './way.ts';

type Needs = Omit<WayNeeds, 'deviceSecret' | 'interactions'> &
  Omit<Parameters<typeof createStartStep>[0], 'way' | 'deviceSecret'> &
  Omit<Parameters<typeof createDoneStep>[0], 'way' | 'deviceSecret'> &
  Pick<Parameters<typeof createRecoveryCodesStep>[0], 'clock'> & { issuer: string };

/** From "I have no account yet" to the first sign-in: one question a page. */
export function enrolmentRoutes(needs: Needs): Router {
  const isSecure = needs.issuer.startsWith('https://');
  // As long as an enrolment may be gone on with.
  const deviceSecret = createSecretCookie({ name: 'panjereh_enrolment', isSecure, livesMs: 1 * DAY });
  const way = createWay({ ...needs, deviceSecret });
  const all = { ...needs, deviceSecret, way };
  const start = createStartStep(all);
  const identity = createIdentityStep(all);
  const phone = createPhoneStep(all);
  const owner = createPhoneOwnerStep(all);
  const code = createPhoneCodeStep(all);
  const waiting = createWaitingStep(all);
  const password = createPasswordStep(all);
  const passkey = createPasskeyStep(all);
  const codes = createRecoveryCodesStep(all);
  const done = createDoneStep(all);
  const ended = createEndedStep(all);

  return new Router()
    .use(refuseWithoutLimits)
    .get('/enrol', start.show)
    .post('/enrol', start.submit)
    .get('/sign-in/:uid/enrol', start.showForSignIn)
    .post('/sign-in/:uid/enrol', start.submitForSignIn)
    .get('/enrol/identity', identity.show)
    .post('/enrol/identity', identity.submit)
    .get('/enrol/phone', phone.show)
    .post('/enrol/phone', phone.submit)
    .get('/enrol/phone-owner', owner.show)
    .post('/enrol/phone-owner', owner.submit)
    .get('/enrol/code', code.show)
    .post('/enrol/code', code.submit)
    .get('/enrol/code/again', pageInstead(PAGE_OF['phone-code']))
    .post('/enrol/code/again', code.sendAgain)
    .get('/enrol/waiting', waiting.show)
    .get('/enrol/waiting/phone', pageInstead(PAGE_OF.waiting))
    .post('/enrol/waiting/phone', waiting.submitPhone)
    .get('/enrol/password', password.show)
    .post('/enrol/password', password.submit)
    .get('/enrol/passkey', passkey.show)
    .post('/enrol/passkey', passkey.submit)
    .get('/enrol/passkey/skip', pageInstead(PAGE_OF.passkey))
    .post('/enrol/passkey/skip', passkey.skip)
    .get('/enrol/recovery-codes', codes.show)
    .get('/enrol/recovery-codes/show', pageInstead(PAGE_OF['recovery-codes']))
    .post('/enrol/recovery-codes/show', codes.showCodes)
    .post('/enrol/recovery-codes', codes.kept)
    .get('/enrol/done', done.show)
    .get('/sign-in/:uid/enrolled', done.showForSignIn)
    .post('/sign-in/:uid/enrolled', done.submitForSignIn)
    .get('/enrol/ended', ended.show)
    .get('/enrol/gone', ended.showGone)
    .get('/enrol/cancel', pageInstead('/enrol'))
    .post('/enrol/cancel', ended.cancel);
}
