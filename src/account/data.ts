import type { Context } from 'koa';
import type { AccountExports } from '#citizens/account-exports.ts';
import type { ExportFile } from '#citizens/account-exports-store.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { data as dataPage } from '#views/account/data.ts';
import type { CitizenHere } from './citizen-here.ts';
import type { StronglyHere } from './strongly-here.ts';

export type DataNeeds = {
  citizenHere: CitizenHere;
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  exports: Pick<AccountExports, 'ask' | 'find' | 'download'>;
};

export const DATA_PATH = '/account/data';
const TYPES: Readonly<Record<ExportFile, { type: string; name: string }>> = {
  json: { type: 'json', name: 'panjereh-my-data.json' },
  page: { type: 'html', name: 'panjereh-my-data.html' },
};

/** The page comes again by itself, without script. */
const LOOK_AGAIN_SECONDS = '3';

/** Everything that we have of the citizen, as files that are made while they do something else. */
export function createDataSteps({ citizenHere, stronglyHere, frames, csrf, exports }: DataNeeds) {
  async function render(ctx: Context, citizenId: string, tooOften?: { retryAfterMs: number }): Promise<void> {
    const standing = await exports.find(citizenId);
    const { text, frame } = frames.of(ctx);
    if (standing?.state === 'working' && tooOften === undefined) ctx.set('Refresh', LOOK_AGAIN_SECONDS);
    if (tooOften !== undefined) ctx.set('Retry-After', String(Math.ceil(tooOften.retryAfterMs / 1000)));
    const page = dataPage(text, {
      frame,
      action: DATA_PATH,
      csrf: csrf.tokenFor(ctx),
      standing,
      pageHref: `${DATA_PATH}/page`,
      jsonHref: `${DATA_PATH}/json`,
      waitMs: tooOften?.retryAfterMs,
    });
    sendPage(ctx, page, { status: tooOften === undefined ? 200 : 429 });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here !== undefined) await render(ctx, here.citizen.id);
    },

    async ask(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const { language } = frames.of(ctx).text;
      const asked = await exports.ask({ citizenId: here.citizen.id, language });
      if (asked.outcome === 'too-often') return render(ctx, here.citizen.id, asked);
      ctx.status = 303;
      ctx.redirect(DATA_PATH);
    },

    /** Everything in one place goes only to somebody who has proven a moment ago to be its owner. */
    download: (file: ExportFile) => async (ctx: Context) => {
      const here = await stronglyHere.find(ctx, DATA_PATH);
      if (here === undefined) return;
      const found = await exports.download({ citizenId: here.citizen.id, file });
      if (found === undefined) throw new Refusal('not-found', 404);
      const { type, name } = TYPES[file];
      ctx.set('Content-Disposition', `attachment; filename="${name}"`);
      ctx.type = type;
      ctx.body = found;
    },
  };
}
