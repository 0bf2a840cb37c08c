import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type RevokeProps, revokePage } from '#views/console/security/revoke.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { costShown } from './keys.ts';
import { personShown } from './people-shown.ts';
import type { SecurityNeeds } from './routes.ts';
import { readNote } from './typed-note.ts';

const FAULTS = { missing: 'reasonMissing', personal: 'reasonPersonal' } as const;

/** One person of security asks and says why, another one agrees; the rules are the ring's own, as for the commands. */
export function createRevokeStep({ consoleFrames, signingKeys, findCitizen }: SecurityNeeds) {
  async function answer(
    ctx: Context,
    here: OperatorHere,
    asked: Pick<RevokeProps, 'kid' | 'typed' | 'error' | 'refused'>,
  ): Promise<void> {
    const { kid } = asked;
    const { keys } = await signingKeys.listKeys();
    const key = keys.find((it) => it.kid === kid);
    if (key === undefined) throw new Refusal('not-found', 404);
    const status = await signingKeys.status();
    const request = (await signingKeys.openRequests()).find((it) => it.kid === kid);
    const signs = status.algorithms.find(({ signing }) => signing?.kid === kid);
    const signsCookies = status.cookies?.signing?.kid === kid;
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const page = revokePage(text, {
      ...shown,
      ...asked,
      alg: key.alg,
      cost: signsCookies ? 'cookies' : signs && costShown(signs.revocation),
      request: request && {
        by: await personShown(request.person, here, findCitizen),
        at: request.at,
        reason: request.reason,
      },
    });
    sendPage(ctx, page);
  }

  return {
    show: (ctx: Context, here: OperatorHere): Promise<void> => answer(ctx, here, { kid: inQuery(ctx, 'kid') }),

    async ask(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
      const kid = form.text('kid');
      const { typed, fault } = readNote(form, 'reason');
      if (fault !== undefined) return answer(ctx, here, { kid, typed, error: FAULTS[fault] });
      const asked = await signingKeys.requestRevocation({ kid, reason: typed, by: here.citizenId });
      if (asked.outcome !== 'requested') return answer(ctx, here, { kid, typed, refused: asked.outcome });
      ctx.status = 303;
      ctx.redirect(`/console/keys/revoke?${new URLSearchParams({ kid })}`);
    },

    async approve(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
      const kid = form.text('kid');
      const decided = await signingKeys.approveRevocation({ kid, by: here.citizenId });
      if (decided.outcome !== 'done') return answer(ctx, here, { kid, refused: decided.outcome });
      ctx.status = 303;
      ctx.redirect('/console/keys?done=revoked');
    },
  };
}
