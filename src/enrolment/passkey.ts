import type { Context } from 'koa';
import { goTo } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { passkey } from '#views/enrolment/passkey.ts';
import { type Here, PAGE_OF, type Way, type WayNeeds } from './way.ts';

/** A passkey where the browser can make one; going on without is always one button away. */
export function createPasskeyStep({ way, enrolments }: { way: Way } & Pick<WayNeeds, 'enrolments'>) {
  async function render(here: Here, { hasFailed }: { hasFailed: boolean }): Promise<void> {
    const { ctx, secret, text, props } = here;
    const options = await enrolments.passkeyOptions(secret);
    if (options === undefined) return goTo(ctx, '/enrol/gone');
    const page = passkey(text, {
      ...props,
      action: PAGE_OF.passkey,
      skipAction: `${PAGE_OF.passkey}/skip`,
      options: JSON.stringify(options),
      hasFailed,
    });
    sendPage(ctx, page, { status: hasFailed ? 422 : 200, hasScript: true });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['passkey']);
      if (here !== undefined) await render(here, { hasFailed: false });
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['passkey']);
      if (posted === undefined) return;
      const { here, form } = posted;
      const response = readJson(form.text('response'));
      const name = here.text.enrolment.passkey.defaultName;
      const refused = await way.take(here, { step: 'passkey', response, name });
      if (refused !== undefined) await render(here, { hasFailed: true });
    },
    async skip(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['passkey']);
      if (posted !== undefined) await way.take(posted.here, { step: 'passkey-skipped' });
    },
  };
}

/** What the browser's script handed over; anything that is no JSON is no passkey either. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
