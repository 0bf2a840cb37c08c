import type { Html } from '../../html.ts';
import { html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { type RelyingPartyFrame, relyingPartyPage } from './page.ts';
import { recipeText } from './recipe-text.ts';

type RecipesProps = RelyingPartyFrame & {
  /** Filled in; none for a service that nobody is led back to. */
  recipes: readonly { name: string; markdown: string }[];
};

export function relyingPartyRecipes(text: Text, props: RecipesProps): Html {
  const words = text.relyingParties.recipes;
  return relyingPartyPage(text, { ...props, tab: 'recipes', heading: words.heading }, [
    html`<p>${props.recipes.length === 0 ? words.noRedirect : words.what}</p>`,
    html`${props.recipes.map(
      ({ name, markdown }) =>
        html`<details class="recipe"><summary>${words.names[name] ?? name}</summary><div class="recipe-text" lang="en">${recipeText(markdown)}</div></details>`,
    )}`,
  ]);
}
