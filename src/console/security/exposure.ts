import type { Context } from 'koa';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { exposurePage } from '#views/console/security/exposure.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { SecurityNeeds } from './routes.ts';

/** A page is read by a person; the command has all of them. */
const UNNAMED_SHOWN = 50;

/** The exposure board of one key. */
export function createExposureStep({ consoleFrames, signingKeys, exposure }: SecurityNeeds) {
  return async (ctx: Context, here: OperatorHere): Promise<void> => {
    const kid = inQuery(ctx, 'kid');
    // What this instance has counted in the last seconds is part of the answer.
    await exposure.flush();
    const seen = await signingKeys.exposure({
      ...(kid !== '' && { kid }),
      readers: await exposure.listReaders(),
    });
    if (seen === undefined) throw new Refusal('not-found', 404);
    // Whoever may still trust a key that has left is what the page is read for.
    const relyingParties = [...seen.relyingParties].sort((a, b) => Number(b.mayTrustIt) - Number(a.mayTrustIt));
    const { text, ...shown } = consoleFrames.of(ctx, here);
    sendPage(
      ctx,
      exposurePage(text, { ...shown, ...seen, relyingParties, unnamed: seen.unnamed.slice(0, UNNAMED_SHOWN) }),
    );
  };
}
