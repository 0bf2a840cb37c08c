import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { ringNames } from '#signing-keys/new-key.ts';
import type { Done, Refused } from '#signing-keys/perform-act.ts';
import { type RotationShown, rotatePage } from '#views/console/security/rotate.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { SecurityNeeds } from './routes.ts';

/** A planned rotation by hand: shown as a rehearsal first, and then done. */
export function createRotateStep({ consoleFrames, signingKeys, rehearsal }: SecurityNeeds) {
  function answer(ctx: Context, here: OperatorHere, alg: string, seen: Done | Refused): void {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    sendPage(ctx, rotatePage(text, { ...shown, alg, rotation: rotationShown(seen) }));
  }

  return {
    async show(ctx: Context, here: OperatorHere): Promise<void> {
      const alg = readRing(inQuery(ctx, 'alg'));
      answer(ctx, here, alg, await rehearsal.rotate({ alg, by: here.citizenId }));
    },

    async submit(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
      const alg = readRing(form.text('alg'));
      const done = await signingKeys.rotate({ alg, by: here.citizenId });
      if (done.outcome !== 'done') return answer(ctx, here, alg, done);
      ctx.status = 303;
      ctx.redirect('/console/keys?done=rotated');
    },
  };
}

/** A ring that nobody has is answered like one that cannot rotate now. */
function readRing(value: string): string {
  return ringNames.find((name) => name === value) ?? '';
}

function rotationShown(seen: Done | Refused): RotationShown {
  switch (seen.outcome) {
    case 'done':
      return {
        outcome: 'possible',
        // Keys that a rehearsal makes are thrown away, and have another kid in the real run.
        steps: seen.steps.map(({ kid, became }) => ({ kid, became, isNew: became === 'published' })),
      };
    case 'standby-not-everywhere':
      return { outcome: seen.outcome, until: seen.from };
    case 'frozen':
      return { outcome: seen.outcome, until: seen.freeze.until };
    default:
      return { outcome: 'other' };
  }
}
