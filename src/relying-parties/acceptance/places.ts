/** Where the browser of a run may go. Everything else is noted by its host and never asked. */
export type Place = 'relying-party' | 'acceptance-issuer' | 'elsewhere';

export type Places = { placeOf(url: URL): Place };

type Needs = {
  /** `<issuer>/acceptance/<client_id>`. */
  issuer: string;
  /** Origins of the relying party. */
  origins: ReadonlySet<string>;
};

export function createPlaces({ issuer, origins }: Needs): Places {
  const ours = new URL(issuer);
  return {
    placeOf(url) {
      // The rest of the provider is as foreign as any other server, and a parsed path has no dots left that would climb out.
      if (url.origin === ours.origin && url.pathname.startsWith(`${ours.pathname}/`)) return 'acceptance-issuer';
      if (url.username !== '' || url.password !== '') return 'elsewhere';
      return url.origin !== ours.origin && origins.has(url.origin) ? 'relying-party' : 'elsewhere';
    },
  };
}
