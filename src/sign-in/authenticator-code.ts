import type { Context } from 'koa';
import type { Authenticators } from '#citizens/authenticators.ts';
import { type CodePageNeeds, createCodePage } from './code-page.ts';

type Needs = CodePageNeeds & { authenticators: Pick<Authenticators, 'check'> };

/** The code that an app shows now. */
export function createAuthenticatorCodeStep({ authenticators, ...needs }: Needs) {
  const page = createCodePage(needs, { path: 'authenticator', words: 'authenticator', method: 'authenticator-code' });

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
        const checked = await authenticators.check({ citizenId: here.standing.citizen.id, code });
        return checked === 'right' ? checked : { kind: checked };
      });
    },
  };
}
