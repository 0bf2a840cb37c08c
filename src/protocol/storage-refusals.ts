import { errors } from 'oidc-provider';
import { ALREADY_USED } from './refresh-grace.ts';

/** What the protocol answers when storage finds that somebody was faster. */
export const storageRefusals = {
  alreadyUsed: () => new errors.InvalidGrant(ALREADY_USED),
  replayed: () => new errors.InvalidClientAuth('the assertion or proof was used before'),
  tooLarge: () => new errors.InvalidRequest('the request is longer than 16 kB'),
};
