import { readFile } from 'node:fs/promises';

/** How software connects, from the same templates that docs/for-relying-parties.md points to. */
export const RECIPES = ['node', 'authlib', 'apache', 'spring-security', 'php', 'oauth2-proxy'] as const;

export type RecipeName = (typeof RECIPES)[number];

/** The relying party's own values. A secret is none of them: recipes read it from the environment. */
export type RecipeValues = {
  issuer: string;
  clientId: string;
  redirectUri: string;
  postLogoutRedirectUri: string;
};

/** Markdown with the values filled in. */
export type Recipe = { name: RecipeName; markdown: string };

const FOLDER = new URL('../../docs/recipes/', import.meta.url);

export async function recipesFor(values: RecipeValues): Promise<Recipe[]> {
  return Promise.all(
    RECIPES.map(async (name) => ({
      name,
      markdown: fill(await readFile(new URL(`${name}.md`, FOLDER), 'utf8'), {
        ...values,
        baseUrl: new URL(values.redirectUri).origin,
        redirectPath: new URL(values.redirectUri).pathname,
        postLogoutQuery: encodeURIComponent(values.postLogoutRedirectUri),
      }),
    })),
  );
}

/** @throws for a placeholder that has no value: a recipe with a hole in it must not be shown. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a recipe asks for ${name}`);
    // Values stand between quotes in code; what would end them never belongs to an address or an id.
    if (/['"`\\\s<>]/.test(value)) throw new Error(`the value of ${name} does not fit into a recipe`);
    return value;
  });
}
