import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { GoLive } from '#relying-parties/go-live.ts';
import { relyingPartyGoLive } from '#views/console/relying-parties/go-live.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, toPart } from './relying-party-here.ts';

export type GoLiveNeeds = { goLive: Pick<GoLive, 'whatIsMissing' | 'whatGoesLive'> };

/** What is missing, and the request: whoever approves it lets the service through. */
export function goLiveRoutes({
  goLive,
  relyingPartyHere,
  second,
}: GoLiveNeeds & { relyingPartyHere: FindRelyingPartyHere; second: AskSecondPerson }): ConsoleRoute[] {
  async function show(ctx: Context, here: OperatorHere, hasWhyError = false): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const page = relyingPartyGoLive(text, {
      ...shown,
      missing: await goLive.whatIsMissing(clientId),
      isWaiting: await second.isWaiting({
        clientId,
        act: 'go-live',
        payload: await goLive.whatGoesLive(clientId),
      }),
      mayAsk: here.may('relying-parties:change', { organisationId }),
      hasWhyError,
    });
    sendPage(ctx, page, { status: hasWhyError ? 422 : 200 });
  }

  async function ask(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const why = form.text('why').trim();
    if (why === '') return show(ctx, here, true);
    const about = await relyingPartyHere.find(ctx, here);
    const { clientId, environment, state } = about.relyingParty;
    const isOpen = environment === 'production' && state === 'not-live';
    const isReady = isOpen && (await goLive.whatIsMissing(clientId)).length === 0;
    const payload = isReady ? await goLive.whatGoesLive(clientId) : undefined;
    // The page says what is missing, or that there is nothing to ask for.
    if (payload === undefined) return show(ctx, here);
    await second.note({ here, about, act: 'go-live', why, payload });
    toPart(ctx, { clientId, tab: 'go-live', news: 'asked' });
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/go-live`;
  return [
    { method: 'GET', path, needs: 'relying-parties:read', about, answer: (ctx, here) => show(ctx, here) },
    { method: 'POST', path, needs: 'relying-parties:change', about, answer: ask },
  ];
}
