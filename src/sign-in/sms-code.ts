import type { Context } from 'koa';
import type { OneTimeCodes } from '#citizens/one-time-codes.ts';
import type { CodeFault } from '#views/sign-in/second-factor-code.ts';
import { type CodePageNeeds, createCodePage } from './code-page.ts';
import { isSharedIn } from './progress.ts';
import { bindingOf } from './second-factor.ts';
import type { Here } from './way.ts';

type Needs = CodePageNeeds & { oneTimeCodes: Pick<OneTimeCodes, 'send' | 'check'> };

/** A code to the registered number. Nothing is sent by only looking at the page. */
export function createSmsCodeStep({ oneTimeCodes, ...needs }: Needs) {
  const { way, networkOf } = needs;
  const page = createCodePage(needs, { path: 'sms', words: 'sms', method: 'sms-code' });
  const isSent = ({ progress }: Here) => progress?.isCodeSent === true;

  return {
    async show(ctx: Context): Promise<void> {
      const here = await page.open(ctx);
      if (here !== undefined)
        page.render(here, { isSent: isSent(here), mayBeLate: isSent(here) && ctx.query.trouble === 'late' });
    },

    async send(ctx: Context): Promise<void> {
      const here = (await page.post(ctx))?.here;
      const phone = here?.standing.citizen.phone;
      if (here === undefined || phone === undefined) return;
      const sent = await oneTimeCodes.send({
        phone,
        purpose: 'sign-in',
        binding: bindingOf(here),
        network: networkOf(ctx),
        language: here.text.language,
      });
      switch (sent.outcome) {
        case 'unavailable':
          return page.render(here, { error: { kind: 'unavailable' }, isSent: isSent(here) });
        case 'slow-down':
          return page.render(here, {
            error: { kind: 'too-soon', retryAfterMs: sent.retryAfterMs },
            isSent: isSent(here),
          });
        case 'sent':
        case 'late': {
          const { citizen } = here.standing;
          const progress = here.progress ?? { citizenId: citizen.id, proofs: [], isShared: isSharedIn(here) };
          await way.save(here, { ...progress, isCodeSent: true });
          ctx.status = 303;
          ctx.redirect(`/sign-in/${here.interaction.uid}/sms${sent.outcome === 'late' ? '?trouble=late' : ''}`);
        }
      }
    },

    async submit(ctx: Context): Promise<void> {
      const posted = await page.post(ctx);
      if (posted === undefined) return;
      const { here, form } = posted;
      await page.attempt(here, form, async (code): Promise<'right' | CodeFault> => {
        const checked = await oneTimeCodes.check({ purpose: 'sign-in', binding: bindingOf(here), code });
        switch (checked.outcome) {
          case 'right':
            // The number may have been changed since the message was sent.
            return checked.phone === here.standing.citizen.phone ? 'right' : { kind: 'expired' };
          case 'wrong':
            return { kind: 'wrong', triesLeft: checked.triesLeft };
          case 'expired':
            return { kind: 'expired' };
        }
      });
    },
  };
}
