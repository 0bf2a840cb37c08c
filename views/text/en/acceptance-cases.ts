import type { Text } from '../text.ts';

const cases: Text['acceptanceCases']['cases'] = {
  honest: {
    name: 'An honest sign-in',
    mend: 'The sign-in has to go on without a click to the page of a signed-in person; look at the two addresses and at the issuer that you set.',
  },
  'honest-rotated': { name: 'The key rotates on the way', mend: 'Read the key set again when a kid is unknown.' },
  'honest-two-keys': {
    name: 'Two keys, the second signs',
    mend: 'Find the key by its kid, not by its place in the set.',
  },
  'honest-clock': { name: 'A clock 60 s ahead', mend: 'Allow for at least 60 seconds between the clocks.' },
  signature: {
    name: 'A changed signature',
    mend: 'Verify the signature of the ID token with the published key, and refuse it otherwise.',
  },
  'alg-none': { name: 'Unsigned (none)', mend: 'Accept the registered algorithm alone, and none never.' },
  'alg-none-case': {
    name: 'Unsigned (nOnE)',
    mend: 'Compare the algorithm with a list of what is allowed, not of what is forbidden.',
  },
  'alg-hs256-public': {
    name: 'Signed with the public key as a secret',
    mend: 'Take the algorithm from your own settings, not from the token’s header.',
  },
  'alg-hs256-secret': {
    name: 'Signed with the client secret',
    mend: 'Where ES256 or RS256 was agreed, accept no HS256.',
  },
  'key-unknown': { name: 'A key that is not in the set', mend: 'Refuse a token whose key is not published.' },
  'key-embedded-jwk': { name: 'A key inside the header (jwk)', mend: 'Never use a key that the token brings along.' },
  'key-embedded-jku': {
    name: 'An address of keys in the header (jku)',
    mend: 'Read keys from the jwks_uri of discovery alone.',
  },
  'issuer-other': { name: 'Another issuer', mend: 'iss must be exactly your issuer.' },
  'issuer-slash': { name: 'The issuer with a slash at the end', mend: 'Compare iss letter by letter.' },
  audience: { name: 'For another service', mend: 'Your client_id must be in aud.' },
  'audience-many': {
    name: 'Several audiences, a foreign azp',
    mend: 'Where azp is present it must be your client_id.',
  },
  expired: { name: 'Expired', mend: 'Check exp.' },
  'not-yet': { name: 'Not valid yet', mend: 'iat and nbf must not lie further ahead than clocks may differ.' },
  'subject-missing': { name: 'No subject (sub)', mend: 'Sign nobody in without sub.' },
  'nonce-wrong': { name: 'Another nonce', mend: 'nonce must be the one that this browser set out with.' },
  'nonce-missing': { name: 'No nonce', mend: 'If you sent a nonce, refuse a token without one.' },
  'at-hash': { name: 'at_hash of another token', mend: 'Where at_hash is present, compare it with the access token.' },
  'acr-lower': {
    name: 'A lower level than was asked for',
    mend: 'Compare the acr that arrives with the level you asked for.',
  },
  'userinfo-subject': {
    name: 'Userinfo of somebody else',
    mend: 'The sub of userinfo must be the sub of the ID token.',
  },
  'state-wrong': { name: 'Another state', mend: 'state must be the one that this browser set out with.' },
  'state-missing': { name: 'No state', mend: 'Refuse a callback without state.' },
  'response-issuer': {
    name: 'An answer of another issuer',
    mend: 'Check the iss parameter of the callback (RFC 9207).',
  },
  'code-injected': { name: 'The code of another browser', mend: 'Bind PKCE and nonce to the browser that set out.' },
  'callback-replayed': {
    name: 'The same callback twice',
    mend: 'A callback works once; the second time signs nobody in and nobody out.',
  },
  'error-shown': {
    name: 'The citizen refused',
    mend: 'Answer access_denied with a page that says so, not with a 500.',
  },
  pkce: { name: 'PKCE', mend: 'Send code_challenge with the method S256 at every sign-in.' },
  redirects: {
    name: 'Redirects',
    mend: 'Use registered https addresses alone, and let the target after a sign-in be a page of yours.',
  },
  'logout-honest': { name: 'An honest sign-out', mend: 'End the session at a valid logout token, and answer 200.' },
  'logout-signature': {
    name: 'A sign-out with a changed signature',
    mend: 'Verify the signature of the logout token, and answer 400.',
  },
  'logout-audience': { name: 'A sign-out for another service', mend: 'Check aud of the logout token, and answer 400.' },
  'logout-nonce': { name: 'A sign-out with a nonce', mend: 'A logout token has no nonce; answer 400 to one that has.' },
  'logout-events': { name: 'A sign-out without events', mend: 'Without the right events, answer 400.' },
  'logout-replayed': { name: 'The same sign-out twice', mend: 'Remember jti, and answer 400 the second time.' },
  'logout-id-token': { name: 'An ID token as a logout token', mend: 'Check typ and events, and answer 400.' },
};

export const acceptanceCases: Text['acceptanceCases'] = { cases };
