import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Attached, Attachments } from '#sources/attachments.ts';
import type { ClaimsSources } from '#sources/claims-sources.ts';
import { type AttachedError, type AttachedShown, attached as attachedPage } from '#views/account/attached.ts';
import type { CitizenHere } from './citizen-here.ts';

export type AttachedNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  csrf: Csrf;
  attachments: Pick<Attachments, 'list' | 'attach' | 'renew' | 'remove'>;
  claimsSources: Pick<ClaimsSources, 'list'>;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
};

export const ATTACHED_PATH = '/account/attached';

/** What came of it, as the page says it when it is shown again. */
const NEWS = ['attached', 'renewed', 'removed'] as const;

/** Universities are asked what they know of the citizen, at the citizen's wish alone: nothing else leads there. */
export function createAttachedStep(needs: AttachedNeeds) {
  const { citizenHere, frames, csrf, attachments, claimsSources, findAnyRelyingParty } = needs;

  const nameOf = async (clientId: string) =>
    (await findAnyRelyingParty(clientId))?.name ?? { fa: clientId, en: clientId };

  async function render(ctx: Context, citizenId: string, error?: AttachedError): Promise<void> {
    const [kept, sources] = await Promise.all([attachments.list(citizenId), claimsSources.list()]);
    const attached = await Promise.all(
      kept.map(async ({ clientId, source, isFresh, claims, attachedAt, fetchedAt, goodUntil }) => ({
        ...{ clientId, claims, attachedAt, fetchedAt, goodUntil },
        name: source?.name ?? (await nameOf(clientId)),
        standing: standingOf({ hasSource: source !== undefined, isFresh }),
      })),
    );
    const { text, frame } = frames.of(ctx);
    const page = attachedPage(text, {
      frame,
      action: ATTACHED_PATH,
      csrf: csrf.tokenFor(ctx),
      attached,
      sources: sources.filter(({ clientId }) => !kept.some((each) => each.clientId === clientId)),
      news: error === undefined ? NEWS.find((known) => known === ctx.query.news) : undefined,
      error,
    });
    if (error?.kind === 'too-often') ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    sendPage(ctx, page, { status: error === undefined ? 200 : STATUS[error.kind] });
  }

  async function act(form: Form, citizenId: string): Promise<{ did: Attached; clientId: string; news: string }> {
    const asked = form.text('attach');
    const again = form.text('renew');
    if (asked !== '')
      return { clientId: asked, news: 'attached', did: await attachments.attach({ citizenId, clientId: asked }) };
    return { clientId: again, news: 'renewed', did: await attachments.renew({ citizenId, clientId: again }) };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here !== undefined) await render(ctx, here.citizen.id);
    },

    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const citizenId = here.citizen.id;
      const removed = form.text('remove');
      if (removed !== '') {
        await attachments.remove({ citizenId, clientId: removed });
        return to(ctx, 'removed');
      }
      const { did, clientId, news } = await act(form, citizenId);
      if (did.outcome === 'attached') return to(ctx, news);
      if (did.outcome === 'too-often')
        return render(ctx, citizenId, { kind: 'too-often', retryAfterMs: did.retryAfterMs });
      const name = (await claimsSources.list()).find((source) => source.clientId === clientId)?.name;
      await render(ctx, citizenId, { kind: did.outcome, name: name ?? { fa: '', en: '' } });
    },
  };
}

function standingOf({ hasSource, isFresh }: { hasSource: boolean; isFresh: boolean }): AttachedShown['standing'] {
  if (!hasSource) return 'no-source';
  return isFresh ? 'fresh' : 'stale';
}

const STATUS: Readonly<Record<AttachedError['kind'], number>> = {
  'not-known': 422,
  'no-source': 422,
  removed: 422,
  'not-valid': 502,
  unavailable: 503,
  'too-often': 429,
};

function to(ctx: Context, news: string): void {
  ctx.status = 303;
  ctx.redirect(`${ATTACHED_PATH}?news=${news}`);
}
