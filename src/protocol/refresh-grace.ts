import { setTimeout as wait } from 'node:timers/promises';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import { inSeconds } from '#platform/durations.ts';
import { REFRESH_GRACE, type RefreshSuccessors } from '#sessions/refresh-successors.ts';
import { provesKey } from './proven-key.ts';

export type GrantHandler = (ctx: TokenEndpointGrantContext) => Promise<void> | void;

/** What marks the refusal of whoever came second. */
export const ALREADY_USED = 'already used';

/** The first of two simultaneous requests answers within this time or has failed; polled every 50 ms. */
const WINNER_ANSWERS_WITHIN_POLLS = 40;
const POLL_EVERY = 50;

/**
 * Rotation with a grace: within ten seconds the same refresh token, presented by the same client with a proof of the
 * key it is bound to, if any, gets the same answer again; after that, presenting it ends the whole family (RFC 9700 section 4.14.2).
 */
export function withRefreshGrace(
  handler: GrantHandler,
  { successors, clock }: { successors: RefreshSuccessors; clock: Clock },
): GrantHandler {
  async function waitForWinner(presented: { token: string; bearer: string }): Promise<string | undefined> {
    for (let poll = 0; poll < WINNER_ANSWERS_WITHIN_POLLS; poll += 1) {
      const answer = await successors.find(presented);
      if (answer !== undefined) return answer;
      await wait(POLL_EVERY);
    }
    return undefined;
  }

  return async (ctx) => {
    const token = ctx.oidc.params.refresh_token;
    const { clientId } = ctx.oidc.client;
    if (typeof token !== 'string') return handler(ctx);
    const presented = { token, bearer: clientId };
    const { RefreshToken, Grant } = ctx.oidc.provider;

    const [known, stored] = await Promise.all([
      successors.find(presented),
      RefreshToken.find(token, { ignoreExpiration: true }),
    ]);
    const mayRepeat = stored?.clientId === clientId && (known !== undefined || isJustUsed(stored.consumed));
    if (mayRepeat && (stored.jkt === undefined || (await provesKey({ ctx, thumbprint: stored.jkt, clock })))) {
      const answer = known ?? (await waitForWinner(presented));
      if (answer !== undefined) return answerWith(ctx, answer);
    }
    try {
      await handler(ctx);
    } catch (error) {
      if (!(error instanceof errors.InvalidGrant) || error.error_detail !== ALREADY_USED) throw error;
      const answer = await waitForWinner(presented);
      if (answer !== undefined) return answerWith(ctx, answer);
      if (stored?.grantId !== undefined) await (await Grant.find(stored.grantId))?.destroy();
      throw error;
    }
    if (ctx.oidc.entities.RotatedRefreshToken !== undefined) await successors.save(presented, JSON.stringify(ctx.body));
  };

  function isJustUsed(consumed: unknown): boolean {
    return typeof consumed === 'number' && epochSeconds(clock) - consumed <= inSeconds(REFRESH_GRACE);
  }
}

function answerWith(ctx: TokenEndpointGrantContext, answer: string): void {
  ctx.body = JSON.parse(answer);
}
