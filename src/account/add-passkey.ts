import type { Context } from 'koa';
import type { Passkeys } from '#citizens/passkeys.ts';
import { browserOf } from '#platform/http/browser-name.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { addPasskey } from '#views/account/add-passkey.ts';
import { SECURITY_PATH, toSecurity } from './security.ts';
import type { StrongHere, StronglyHere } from './strongly-here.ts';

export type AddPasskeyNeeds = {
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  passkeys: Pick<Passkeys, 'registrationOptions' | 'register'>;
};

const PAGE = `${SECURITY_PATH}/passkey`;

/** One more passkey, made by this browser. */
export function createAddPasskeyStep({ stronglyHere, frames, csrf, passkeys }: AddPasskeyNeeds) {
  async function render(ctx: Context, { citizen, binding }: StrongHere, { hasFailed }: { hasFailed: boolean }) {
    const options = await passkeys.registrationOptions({ citizen, binding });
    const { text, frame } = frames.of(ctx);
    const page = addPasskey(text, {
      frame,
      action: PAGE,
      csrf: csrf.tokenFor(ctx),
      options: JSON.stringify(options),
      hasFailed,
    });
    sendPage(ctx, page, { status: hasFailed ? 422 : 200, hasScript: true });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await stronglyHere.find(ctx, PAGE);
      if (here !== undefined) await render(ctx, here, { hasFailed: false });
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, PAGE);
      if (here === undefined) return;
      const { browser, system } = browserOf(ctx.get('user-agent'));
      const added = await passkeys.register({
        ...(await here.prove('add-passkey')),
        response: readJson(form.text('response')),
        name: [browser, system].filter((part) => part !== undefined).join(', '),
      });
      if (added.outcome === 'added') return toSecurity(ctx, 'added');
      if (added.reason === 'too-many') return toSecurity(ctx, 'too-many');
      await render(ctx, here, { hasFailed: true });
    },
  };
}

/** What the page's script handed over; anything that is no JSON is no passkey either. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
