import type { Context } from 'koa';
import { sendPage } from '#protocol/page-frame.ts';
import type { AlgorithmStatus, RevocationCost } from '#signing-keys/status.ts';
import { type CostShown, keysPage, type RingShown } from '#views/console/security/keys.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { personShown } from './people-shown.ts';
import type { SecurityNeeds } from './routes.ts';

/** Which key signs, what comes next and when, what a revocation would cost, and what waits for a second person. */
export function createKeysStep({ consoleFrames, signingKeys, findCitizen }: SecurityNeeds) {
  return async (ctx: Context, here: OperatorHere): Promise<void> => {
    const status = await signingKeys.status();
    const requests = await Promise.all(
      (await signingKeys.openRequests()).map(async ({ kid, person, at }) => ({
        kid,
        at,
        by: await personShown(person, here, findCitizen),
      })),
    );
    const { algorithms, cookies, retiring, revoked, frozen, lateMs } = status;
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const page = keysPage(text, {
      ...shown,
      rings: [
        ...algorithms.map((ring) => ringShown(ring, { isOfCookies: false })),
        ...(cookies === undefined ? [] : [ringShown(cookies, { isOfCookies: true })]),
      ],
      requests,
      retiring,
      revoked,
      frozen,
      isLate: lateMs > 0,
      mayChange: here.may('keys:change'),
      done: readDone(inQuery(ctx, 'done')),
    });
    sendPage(ctx, page);
  };
}

function ringShown(
  { alg, signing, standby, next, revocation }: AlgorithmStatus,
  { isOfCookies }: { isOfCookies: boolean },
): RingShown {
  return {
    alg,
    isOfCookies,
    signing,
    standby,
    next: next && { kid: next.kid, at: next.at, isLate: next.lateMs > 0 },
    revocation: costShown(revocation),
  };
}

export function costShown({ tokensLostSeconds, trustedUntil, refusedUntil }: RevocationCost): CostShown {
  return { minutes: Math.ceil(tokensLostSeconds / 60), trustedUntil, refusedUntil };
}

function readDone(value: string): 'rotated' | 'revoked' | undefined {
  return value === 'rotated' || value === 'revoked' ? value : undefined;
}
