import { type Html, html } from '../../html.ts';
import type { Text } from '../text.ts';

const reasons: Text['relyingPartyHealth']['reasons'] = {
  'redirect-mismatch': {
    name: 'The redirect address is not registered',
    mend: 'redirect_uri must be, letter by letter, one that you registered: compare http and https, port, a slash at the end, and upper case.',
  },
  'redirect-differs': {
    name: 'The redirect address was another one at the token endpoint',
    mend: 'Send the token endpoint the same redirect_uri that the sign-in began with.',
  },
  'clock-ahead': {
    name: 'Your server’s clock is ahead',
    mend: 'Set your server’s clock by NTP; iat and nbf must not lie in the future.',
  },
  'assertion-expired': {
    name: 'The client assertion had expired when it arrived',
    mend: 'Set your server’s clock by NTP, and make a new assertion for every request, valid for a minute.',
  },
  'assertion-audience': {
    name: 'The aud of the client assertion is not us',
    mend: 'Put the issuer into aud, exactly as discovery writes it.',
  },
  'assertion-replayed': {
    name: 'One client assertion was sent twice',
    mend: 'Make a new jti for every request, and sign anew when you try again.',
  },
  'assertion-malformed': {
    name: 'The client assertion is incomplete',
    mend: 'iss and sub are both your client_id; aud, exp and jti are needed as well (RFC 7523).',
  },
  'key-unknown': {
    name: 'The signing key is not in your key set',
    mend: 'Publish a new key behind your jwks_uri first, wait a minute, then sign with it; the kid must be the same.',
  },
  'key-set-unreachable': {
    name: 'We could not fetch your key set',
    mend: 'Your jwks_uri must answer from outside, by https, without redirects, within three seconds.',
  },
  'signature-wrong': {
    name: 'The signature of the client assertion is wrong',
    mend: 'Compare your server’s private key with the published one of the same kid.',
  },
  'algorithm-wrong': {
    name: 'The signature has another algorithm than was registered',
    mend: 'Sign with the token_endpoint_auth_signing_alg that you registered.',
  },
  'secret-wrong': {
    name: 'The client secret is wrong',
    mend: 'Check the secret in your settings. If it is lost, make a second one here, and end the first when you have changed over.',
  },
  'secret-expired': {
    name: 'The client secret has expired',
    mend: 'Make a new secret in the console and put it into your software.',
  },
  'authentication-method': {
    name: 'Your software authenticates in another way than was registered',
    mend: 'Set token_endpoint_auth_method in your library to the one that is registered here.',
  },
  'authentication-malformed': {
    name: 'The client authentication cannot be read',
    mend: 'Use one method only; with Basic, percent-encode id and secret each before base64.',
  },
  'pkce-missing': {
    name: 'PKCE was not sent',
    mend: 'Turn on PKCE with S256 in your library: code_challenge and code_challenge_method=S256.',
  },
  'pkce-wrong': {
    name: 'code_verifier does not fit code_challenge',
    mend: 'Keep the verifier in that browser’s session and send it with its own code; two tabs must not overwrite each other.',
  },
  'code-used': {
    name: 'One code was used twice',
    mend: 'Send a code once; a reload of your callback, or another try, must begin a new sign-in.',
  },
  'code-expired': {
    name: 'The code had expired',
    mend: 'A code lives for a minute: send it to the token endpoint as soon as it arrives.',
  },
  'code-unknown': {
    name: 'The code is unknown, or another service’s',
    mend: 'See whether test and production, or two client_ids, are mixed up.',
  },
  'refresh-token': {
    name: 'The refresh token was not accepted',
    mend: 'Always keep the newest refresh token; after this error begin a new sign-in.',
  },
  'grant-ended': {
    name: 'What the citizen had allowed has ended',
    mend: 'The citizen signed out or took it back: begin a new sign-in.',
  },
  scope: { name: 'A scope lies outside your agreement', mend: 'Ask only for scopes that your agreement names.' },
  resource: { name: 'The resource is unknown', mend: 'Check its identifier, and that it is registered for you.' },
  'grant-type': {
    name: 'This grant is not registered for you',
    mend: 'Look at grant_types in your registration, and add it there if you need it.',
  },
  'response-type': {
    name: 'response_type or response_mode is not supported',
    mend: 'Use response_type=code.',
  },
  'request-object': {
    name: 'The request object was not accepted',
    mend: 'Check its signature, its algorithm and its client_id.',
  },
  'pushed-request': {
    name: 'The request_uri was used before or has expired',
    mend: 'Push a new request for every sign-in; it lives for a minute and works once.',
  },
  dpop: {
    name: 'The DPoP proof was not accepted',
    mend: 'Check the clock, htu, htm, a new jti each time, and the key that the token is bound to.',
  },
  'level-not-reached': {
    name: 'The level that was asked for cannot be reached',
    mend: 'Ask for acr as essential only where less will not do, and tell the citizen what is missing.',
  },
  'access-token': {
    name: 'The access token is not valid',
    mend: 'It lives for ten minutes: refresh it, or begin a new sign-in.',
  },
  'id-token-hint': {
    name: 'The id_token_hint was not accepted',
    mend: 'Send an ID token that we issued to this very service.',
  },
  'request-malformed': {
    name: 'The request is incomplete or malformed',
    mend: 'Compare the names and values of your parameters with your library’s recipe.',
  },
  'our-fault': { name: 'The fault was ours', mend: 'Tell us the reference.' },
  other: { name: 'Another error', mend: 'Tell us the reference, and we look it up in our log.' },
};

export const relyingPartyHealth: Text['relyingPartyHealth'] = {
  reasons,
  heading: 'Health of the service',
  lastSignIn: 'Last sign-in',
  lastToken: 'Last token',
  never: 'None yet',
  errors: 'Errors of the last 30 days',
  noErrors: 'There was no error in the last 30 days.',
  count: 'Count',
  lastAt: 'Last',
  howToMend: 'How to mend it',
  keySetAge: 'Age of the key set that we fetched from you',
  noKeySet: 'Not fetched',
  notices: {
    'expires-soon': 'A key expires soon',
    expired: 'A key has expired',
    'unchanged-for-a-year': 'A key has not changed for a year',
    unavailable: 'The key set cannot be fetched',
  },
  logout: 'Sign-outs that arrived',
  logoutRate: (rate: string, period: string) => `${rate} in ${period}`,
  lastDay: 'the last 24 hours',
  lastMonth: 'the last 30 days',
  noLogouts: 'No sign-out was owed',
  takesNoPart: 'No backchannel_logout_uri is registered, so this service does not hear of sign-outs.',
  waiting: (count: string) => `${count} still on the way`,
  dead: (count: string) => `${count} did not arrive and were given up`,
  lookUp: 'Look up one failed sign-in',
  reference: 'Reference',
  referenceHint: 'The ten characters that the page of the error shows',
  find: 'Look up',
  notFound: 'Nothing of your services in the last 30 days has this reference.',
  at: 'When',
  endpoint: 'Endpoint',
  reason: 'Reason',
  sent: 'What was sent',
  hidden: 'Sent, and not kept',
  chartOf: (most: string) => `Errors by day in the last 30 days; at most ${most} in one day`,
  asNumbers: 'As numbers',
  percent: (number: string) => `${number}%`,
  acceptance: 'Acceptance',
  acceptanceStates: {
    green: 'Green',
    'not-green': 'Not green',
    lapsed: 'No longer green',
    outdated: 'Was green; the service has changed since, or it is too long ago: run it again',
    never: 'Not run yet',
  },
  lastRun: (time: Html) => html`(last run ${time})`,
  graceUntil: (time: Html) => html`(to be mended by ${time}; then the ministry decides)`,
  recent: 'Newest failed requests',
};
