import Router from '@koa/router';
import type { Context } from 'koa';
import type { PuzzleGate } from '#citizens/puzzle-gate.ts';
import { pageInstead } from '#journeys/walk.ts';
import { DAY } from '#platform/durations.ts';
import { refuseWithoutLimits } from '#platform/http/refuse-without-limits.ts';
import { createSecretCookie } from '#platform/http/secret-cookie.ts';
import { createCameFrom } from './came-from.ts';
import { createCodeStep } from './code.ts';
import { createEnds } from './ends.ts';
import { createIdentityStep } from './identity.ts';
import { createKnownPasswordStep } from './known-password.ts';
import { createPasswordStep } from './password.ts';
import { createPhoneStep } from './phone.ts';
import { createSecondProofStep } from './second-proof.ts';
import { createStartStep } from './start.ts';
import { createStopStep } from './stop.ts';
import { createWay, PAGE_OF, type WayNeeds } from './way.ts';

type Needs = Omit<WayNeeds, 'deviceSecret'> & {
  issuer: string;
  findRequest(uid: string): Promise<object | undefined>;
  readKnownDevice(ctx: Context): string | undefined;
  puzzleGate: PuzzleGate;
};

/** The three ways back into an account: forgotten password, lost phone, lost everything. */
export function recoveryRoutes(needs: Needs): Router {
  const isSecure = needs.issuer.startsWith('https://');
  // A day of waiting, and a day to come back after it.
  const deviceSecret = createSecretCookie({ name: 'panjereh_recovery', isSecure, livesMs: 3 * DAY });
  const way = createWay({ ...needs, deviceSecret });
  const cameFrom = createCameFrom({ isSecure, findRequest: needs.findRequest });
  const all = { ...needs, deviceSecret, way, cameFrom };
  const start = createStartStep(all);
  const identity = createIdentityStep(all);
  const code = createCodeStep({ way, at: 'code' });
  const knownPassword = createKnownPasswordStep(all);
  const secondProof = createSecondProofStep(all);
  const phone = createPhoneStep(all);
  const phoneCode = createCodeStep({ way, at: 'phone-code' });
  const password = createPasswordStep(all);
  const ends = createEnds(all);
  const stop = createStopStep(all);

  return new Router()
    .use(refuseWithoutLimits)
    .get('/recover', start.show)
    .post('/recover', start.submit)
    .get('/recover/identity', identity.show)
    .post('/recover/identity', identity.submit)
    .get('/recover/code', code.show)
    .post('/recover/code', code.submit)
    .get('/recover/code/again', pageInstead(PAGE_OF.code))
    .post('/recover/code/again', code.sendAgain)
    .get('/recover/known-password', knownPassword.show)
    .post('/recover/known-password', knownPassword.submit)
    .get('/recover/known-password/puzzle-code', pageInstead(PAGE_OF['known-password']))
    .post('/recover/known-password/puzzle-code', knownPassword.sendPuzzleCode)
    .get('/recover/second-proof', secondProof.show)
    .post('/recover/second-proof', secondProof.submit)
    .get('/recover/second-proof/passkey', pageInstead(PAGE_OF['second-proof']))
    .post('/recover/second-proof/passkey', secondProof.submitPasskey)
    .get('/recover/phone', phone.show)
    .post('/recover/phone', phone.submit)
    .get('/recover/phone-code', phoneCode.show)
    .post('/recover/phone-code', phoneCode.submit)
    .get('/recover/phone-code/again', pageInstead(PAGE_OF['phone-code']))
    .post('/recover/phone-code/again', phoneCode.sendAgain)
    .get('/recover/waiting', ends.showWaiting)
    .get('/recover/password', password.show)
    .post('/recover/password', password.submit)
    .get('/recover/done', ends.showDone)
    .get('/recover/ended', ends.showEnded)
    .get('/recover/gone', ends.showGone)
    .get('/recover/cancel', pageInstead('/recover'))
    .post('/recover/cancel', ends.cancel)
    .get('/recover/stop', stop.show)
    .post('/recover/stop', stop.submit);
}
