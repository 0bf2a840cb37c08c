import type { RelyingParty } from '../relying-party.ts';
import type { Setup } from './setups-store.ts';

/** What a run has to know of the relying party that it tries. */
export type Subject = Setup & {
  clientId: string;
  /** Where its pages lie; nothing else of the relying party is ever asked. */
  origins: ReadonlySet<string>;
  redirectUris: readonly string[];
  hasBackChannelLogout: boolean;
  mayUseLoopback: boolean;
};

export function subjectOf({ clientId, metadata, environment }: RelyingParty, setup: Setup): Subject {
  return {
    ...setup,
    clientId,
    origins: new Set([
      ...registeredOrigins(metadata),
      new URL(setup.startUrl).origin,
      new URL(setup.signedInUrl).origin,
    ]),
    redirectUris: metadata.redirect_uris,
    hasBackChannelLogout: metadata.backchannel_logout_uri !== undefined,
    mayUseLoopback: environment === 'test',
  };
}

/** Of its registered pages; schemes of installed applications have none that a browser could ask. */
export function registeredOrigins({
  redirect_uris,
  post_logout_redirect_uris,
  initiate_login_uri,
}: RelyingParty['metadata']): string[] {
  return [
    ...redirect_uris,
    ...post_logout_redirect_uris,
    ...(initiate_login_uri === undefined ? [] : [initiate_login_uri]),
  ]
    .map((uri) => URL.parse(uri))
    .filter((url) => url !== null)
    .filter(({ protocol }) => protocol === 'https:' || protocol === 'http:')
    .map(({ origin }) => origin);
}
