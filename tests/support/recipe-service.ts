import { type RecipeName, recipesFor } from '#relying-parties/recipes.ts';
import { type Browser, createBrowser, signInAndConsent } from './browser.ts';
import { findFreePort } from './ports.ts';
import type { TestProvider } from './provider.ts';
import { SECRET } from './relying-party.ts';

/** A relying party that is registered as a recipe says, and the code of the recipe, exactly as it is printed. */
export type RecipeService = { base: string; port: number; code: string };

export async function registerForRecipe(
  provider: TestProvider,
  { name, backchannel }: { name: RecipeName; backchannel(base: string): string },
): Promise<RecipeService> {
  const port = await findFreePort();
  const base = `http://localhost:${port}`;
  const clientId = `recipe-${name}`;
  const uris = { redirectUri: `${base}/callback`, postLogoutRedirectUri: `${base}/` };
  await provider.register({
    clientId,
    clientSecret: SECRET,
    metadata: {
      redirect_uris: [uris.redirectUri],
      post_logout_redirect_uris: [uris.postLogoutRedirectUri],
      backchannel_logout_uri: backchannel(base),
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
    },
  });
  const recipe = (await recipesFor({ issuer: provider.issuer, clientId, ...uris })).find((each) => each.name === name);
  return { base, port, code: /```\w+\n([\s\S]*?)```/.exec(recipe?.markdown ?? '')?.[1] ?? '' };
}

/** As a citizen who opens this page, is sent to us, and comes back. */
export async function signInAt(
  provider: TestProvider,
  { page, base, browser = createBrowser() }: { page: string; base: string; browser?: Browser },
): Promise<Browser> {
  const sent = await browser.open(page, { stayAt: base });
  const callback = await signInAndConsent(browser, {
    authorizationUrl: sent.leadsTo ?? '',
    nationalCode: provider.citizens[0]?.nationalCode ?? '',
    password: provider.password,
  });
  await browser.open(callback.href, { stayAt: base });
  return browser;
}
