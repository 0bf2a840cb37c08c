import type { MetadataFault } from './client-metadata.ts';
import type { SavedRelyingParty } from './relying-parties-store.ts';
import type { RelyingParty } from './relying-party.ts';
import type { UriChecks, UriKind } from './uri-checks.ts';

/**
 * What is wrong with the addresses of an entry, beyond what the metadata itself forbids. One that was there before is
 * not judged anew: a domain whose proof has lapsed does not stand in the way of mending something else.
 */
export async function listUriFaults(
  { organisationId, environment, metadata }: SavedRelyingParty,
  { before, uriChecks }: { before: RelyingParty | undefined; uriChecks: Pick<UriChecks, 'listErrors'> },
): Promise<MetadataFault[]> {
  const known = new Set(before === undefined ? [] : urisOf(before).map(({ uri }) => uri));
  const added = urisOf({ metadata }).filter(({ uri }) => !known.has(uri));
  const faults = await Promise.all(
    added.map(async ({ path, uri, kind }) => {
      const application = metadata.application_type;
      const [error] = await uriChecks.listErrors({ uri, kind, organisationId, application, environment });
      return error === undefined ? [] : [{ path, reason: error.reason }];
    }),
  );
  return faults.flat();
}

function urisOf({ metadata }: Pick<RelyingParty, 'metadata'>): { path: string; uri: string; kind: UriKind }[] {
  const lists = [
    ['redirect_uris', 'redirect', metadata.redirect_uris],
    ['post_logout_redirect_uris', 'post-logout', metadata.post_logout_redirect_uris],
    ['cors_origins', 'cors', metadata.cors_origins ?? []],
  ] as const;
  const singles = [
    ['jwks_uri', 'jwks', metadata.jwks_uri],
    ['backchannel_logout_uri', 'backchannel-logout', metadata.backchannel_logout_uri],
    ['initiate_login_uri', 'initiate-login', metadata.initiate_login_uri],
  ] as const;
  return [
    ...lists.flatMap(([member, kind, uris]) => uris.map((uri, at) => ({ path: `${member}.${at}`, uri, kind }))),
    ...singles.flatMap(([path, kind, uri]) => (uri === undefined ? [] : [{ path, uri, kind }])),
  ];
}
