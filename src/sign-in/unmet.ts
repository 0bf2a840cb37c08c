import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import type { Interactions } from '#protocol/interactions.ts';
import { type UnmetProps, unmet } from '#views/sign-in/unmet.ts';
import type { Here, Way } from './way.ts';

type Needs = { way: Way; interactions: Interactions; csrf: Csrf };

/** Nothing that the citizen has is enough: the page says what would be, and leads back with the protocol's own error. */
export function createUnmetStep({ way, interactions, csrf }: Needs) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx);
      const missing = missingFor(here);
      if (missing === undefined) return way.goOn(ctx, here);
      const { frame, csrf: token, asker } = here.step;
      const page = unmet(here.text, {
        ...{ frame, csrf: token, asker, missing },
        backAction: `/sign-in/${here.interaction.uid}/unmet`,
        accountHref: '/account',
      });
      way.send(here, page);
    },

    async submit(ctx: Context): Promise<void> {
      csrf.check(ctx, (await readForm(ctx)).text('csrf'));
      const here = await way.open(ctx);
      const missing = missingFor(here);
      if (missing === undefined) return way.goOn(ctx, here);
      // An identity is no matter of how somebody signed in.
      return missing === 'identity' ? interactions.refuse(ctx) : interactions.refuseUnmet(ctx);
    },
  };
}

function missingFor({ interaction, standing }: Here): UnmetProps['missing'] | undefined {
  if (interaction.isIdentityTooLow && standing.at !== 'beginning') return 'identity';
  return standing.at === 'unmet' ? standing.missing : undefined;
}
