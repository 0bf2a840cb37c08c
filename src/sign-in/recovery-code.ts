import type { Context } from 'koa';
import type { RecoveryCodes } from '#citizens/recovery-codes.ts';
import { type CodePageNeeds, createCodePage } from './code-page.ts';

type Needs = CodePageNeeds & { recoveryCodes: Pick<RecoveryCodes, 'use'> };

/** One of the codes on paper: the last resort, gone once it was used. */
export function createRecoveryCodeStep({ recoveryCodes, ...needs }: Needs) {
  const page = createCodePage(needs, { path: 'recovery-code', words: 'recoveryCode', method: 'recovery-code' });

  return {
    async show(ctx: Context): Promise<void> {
      const here = await page.open(ctx);
      if (here !== undefined) page.render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await page.post(ctx);
      if (posted === undefined) return;
      const { here, form } = posted;
      await page.attempt(here, form, async (code) => {
        const used = await recoveryCodes.use({ citizenId: here.standing.citizen.id, code });
        return used === 'right' ? used : { kind: used };
      });
    },
  };
}
