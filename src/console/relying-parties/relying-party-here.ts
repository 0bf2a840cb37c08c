import type { Context } from 'koa';
import { Refusal } from '#platform/http/refusal.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import {
  isRelyingPartyNews,
  partOf,
  type RelyingPartyFrame,
  type RelyingPartyNews,
  type RelyingPartyTab,
} from '#views/console/relying-parties/page.ts';
import type { Text } from '#views/text/text.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inPath } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';

export type RelyingPartyHereNeeds = {
  consoleFrames: ConsoleFrames;
  registrations: Pick<Registrations, 'get'>;
};

export type RelyingPartyHere = {
  relyingParty: RelyingParty;
  text: Text;
  /** What the page of a service takes. */
  shown: RelyingPartyFrame;
};

export const RELYING_PARTY_PATH = '/console/relying-parties/:id';

/** The service that the path names, and what every page about it takes. */
export function createRelyingPartyHere({ consoleFrames, registrations }: RelyingPartyHereNeeds) {
  return {
    /** For the guard: staff are let in by it. */
    about: (async (ctx) =>
      (await registrations.get(inPath(ctx, 'id')))?.organisationId) satisfies ConsoleRoute['about'],

    /** @throws Refusal not-found, for those who may read everything */
    async find(ctx: Context, here: OperatorHere): Promise<RelyingPartyHere> {
      const relyingParty = await registrations.get(inPath(ctx, 'id'));
      if (relyingParty === undefined) throw new Refusal('not-found', 404);
      const { text, ...frame } = consoleFrames.of(ctx, here);
      const { clientId, name, environment, state } = relyingParty;
      const news = ctx.method === 'GET' && isRelyingPartyNews(text, ctx.query.news) ? ctx.query.news : undefined;
      return { relyingParty, text, shown: { ...frame, relyingParty: { clientId, name, environment, state }, news } };
    },
  };
}

export type FindRelyingPartyHere = ReturnType<typeof createRelyingPartyHere>;

/** After a form: to a part of the service, with what has happened. */
export function toPart(
  ctx: Context,
  { clientId, tab = 'overview', news }: { clientId: string; tab?: RelyingPartyTab; news?: RelyingPartyNews },
): void {
  ctx.status = 303;
  ctx.redirect(news === undefined ? partOf(clientId, tab) : `${partOf(clientId, tab)}?news=${news}`);
}
