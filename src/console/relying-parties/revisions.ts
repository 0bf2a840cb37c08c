import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { relyingPartyRevisions } from '#views/console/relying-parties/revisions.ts';
import { secretOnce } from '#views/console/relying-parties/secrets.ts';
import type { NameOfActor } from '../actor-names.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { namesOf } from '../person-names.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, toPart } from './relying-party-here.ts';

export type RevisionsNeeds = {
  registrations: Pick<Registrations, 'listRevisions' | 'compareRevisions' | 'restore' | 'findRevision'>;
  nameOfActor: NameOfActor;
};

/** Every change that there was: two beside each other, and back to any. */
export function revisionsRoutes({
  registrations,
  nameOfActor,
  relyingPartyHere,
  second,
}: RevisionsNeeds & { relyingPartyHere: FindRelyingPartyHere; second: AskSecondPerson }): ConsoleRoute[] {
  async function show(ctx: Context, here: OperatorHere): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const [from, to] = [Number(inQuery(ctx, 'from')), Number(inQuery(ctx, 'to'))];
    const isAsked = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from > 0 && to > 0;
    const differences = isAsked ? await registrations.compareRevisions(clientId, from, to) : undefined;
    if (isAsked && differences === undefined) throw new Refusal('not-found', 404);
    const revisions = await registrations.listRevisions(clientId);
    const named = await namesOf(
      (by) => nameOfActor(by, text),
      revisions.flatMap(({ by, approvedBy }) => [by, approvedBy]),
    );
    const page = relyingPartyRevisions(text, {
      ...shown,
      revisions: revisions.map((revision) => ({
        ...revision,
        by: named(revision.by),
        approvedBy: revision.approvedBy && named(revision.approvedBy),
      })),
      compared: differences && {
        from,
        to,
        differences: differences.map(({ path, before, after }) => ({
          path,
          before: asJson(before),
          after: asJson(after),
        })),
      },
      mayRestore: here.may('relying-parties:change', { organisationId }),
    });
    sendPage(ctx, page);
  }

  async function restore(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const about = await relyingPartyHere.find(ctx, here);
    const { clientId, revision: expectedRevision } = about.relyingParty;
    const revision = Number(form.text('revision'));
    const then = await registrations.findRevision({ clientId, revision });
    if (then === undefined) throw new Refusal('not-found', 404);
    const restored = await registrations.restore({ by: here.citizenId, clientId, revision, expectedRevision });
    switch (restored.outcome) {
      case 'changed':
        if (restored.secret !== undefined)
          return sendPage(
            ctx,
            secretOnce(about.text, { ...about.shown, news: 'restored', secret: restored.secret.secret }),
          );
        return toPart(ctx, { clientId, tab: 'revisions', news: 'restored' });
      case 'needs-approval': {
        const { name, metadata, securityProfile, testedAs } = then.picture;
        const change = {
          change: { name, metadata, securityProfile, testedAs },
          expectedRevision,
          note: `revision ${revision} again`,
        };
        return second.askForChange(ctx, { here, about, change, reasons: restored.reasons });
      }
      case 'changed-meanwhile':
        return toPart(ctx, { clientId, tab: 'revisions', news: 'changed-meanwhile' });
      default:
        return toPart(ctx, { clientId, tab: 'revisions', news: 'refusedToday' });
    }
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/revisions`;
  return [
    { method: 'GET', path, needs: 'relying-parties:read', about, answer: show },
    { method: 'POST', path: `${path}/restore`, needs: 'relying-parties:change', about, answer: restore },
  ];
}

function asJson(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}
