import { sendPage } from '#protocol/page-frame.ts';
import { recipesFor } from '#relying-parties/recipes.ts';
import { relyingPartyRecipes } from '#views/console/relying-parties/recipes.ts';
import type { ConsoleRoute } from '../console-route.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH } from './relying-party-here.ts';

export type RecipesNeeds = { issuer: string };

/** How software connects, with the service's own values in it. */
export function recipesRoutes({
  issuer,
  relyingPartyHere,
}: RecipesNeeds & { relyingPartyHere: FindRelyingPartyHere }): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: `${RELYING_PARTY_PATH}/recipes`,
      needs: 'relying-parties:read',
      about: relyingPartyHere.about,
      async answer(ctx, here) {
        const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
        const { clientId, metadata } = relyingParty;
        const [redirectUri] = metadata.redirect_uris;
        const [postLogoutRedirectUri = redirectUri ?? ''] = metadata.post_logout_redirect_uris;
        const values = { issuer, clientId, postLogoutRedirectUri };
        const recipes =
          redirectUri === undefined ? [] : await recipesFor({ ...values, redirectUri }, metadata.application_type);
        sendPage(ctx, relyingPartyRecipes(text, { ...shown, recipes }));
      },
    },
  ];
}
