import { readFile } from 'node:fs/promises';

/** How software connects, from the same templates that docs/for-relying-parties.md points to: on a server, or as an app. */
const RECIPES = {
  web: ['node', 'authlib', 'apache', 'spring-security', 'php', 'moodle', 'oauth2-proxy'],
  native: ['mobile'],
} as const;

type ApplicationType = keyof typeof RECIPES;
export type RecipeName = (typeof RECIPES)[ApplicationType][number];

/** The relying party's own values. A secret is none of them: recipes read it from the environment. */
type RecipeValues = {
  issuer: string;
  clientId: string;
  redirectUri: string;
  postLogoutRedirectUri: string;
};

/** Markdown with the values filled in. */
export type Recipe = { name: RecipeName; markdown: string };

const FOLDER = new URL('../../docs/recipes/', import.meta.url);

/** None for an application that is led back to a port of its own machine, nor for a page with an address of none. */
export async function recipesFor(values: RecipeValues, application: ApplicationType = 'web'): Promise<Recipe[]> {
  const redirect = new URL(values.redirectUri);
  const isPage = /^https?:$/.test(redirect.protocol);
  const isFitting = application === 'web' ? isPage : redirect.protocol !== 'http:';
  if (!isFitting) return [];
  return Promise.all(
    RECIPES[application].map(async (name) => ({
      name,
      markdown: fill(fitting(await readFile(new URL(`${name}.md`, FOLDER), 'utf8'), redirect), {
        ...values,
        baseUrl: redirect.origin,
        redirectScheme: redirect.protocol.slice(0, -1),
        redirectHost: redirect.host,
        redirectPath: redirect.pathname,
        postLogoutQuery: encodeURIComponent(values.postLogoutRedirectUri),
      }),
    })),
  );
}

/** Keeps, of the parts between comments, those about this kind of redirect: `https`, or a `scheme` of one's own. */
function fitting(template: string, { protocol }: URL): string {
  const kind = protocol === 'https:' ? 'https' : 'scheme';
  return template.replace(/<!-- (https|scheme) -->\n([\s\S]*?)<!-- end of \1 -->\n/g, (_whole, about, part) =>
    about === kind ? part : '',
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
