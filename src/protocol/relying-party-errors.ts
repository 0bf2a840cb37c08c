import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { FailureReason } from '#relying-parties/failure-reasons.ts';
import type { HealthGatherer } from '#relying-parties/health-gatherer.ts';
import { referenceOf } from './audit-trail.ts';

type ProtocolError = { message: string; error_description?: string | undefined; error_detail?: string | undefined };

/**
 * Tells each relying party's health what the library answered it. Only relying parties that the library has found are
 * told of: whoever guesses client ids writes nothing.
 */
export function attachRelyingPartyHealth(
  provider: Provider,
  health: Pick<HealthGatherer, 'noteSignIn' | 'noteToken' | 'noteFailure'>,
): void {
  const failed = (endpoint: string) => (ctx: KoaContextWithOIDC, error: ProtocolError) => {
    const clientId = ctx.oidc?.client?.clientId;
    const reason = reasonOf(error);
    if (clientId === undefined || reason === undefined) return;
    health.noteFailure({ reference: referenceOf(ctx), clientId, endpoint, reason, parameters: tellable(ctx) });
  };
  provider.on('authorization.success', ({ oidc }) => {
    if (oidc.client !== undefined) health.noteSignIn(oidc.client.clientId);
  });
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.client !== undefined) health.noteToken(oidc.client.clientId);
  });
  for (const [event, endpoint] of Object.entries(EVENTS)) {
    provider.on(event as 'userinfo.error', failed(endpoint));
  }
}

const EVENTS = {
  'authorization.error': 'authorization',
  'grant.error': 'token',
  'pushed_authorization_request.error': 'par',
  'userinfo.error': 'userinfo',
  'introspection.error': 'introspection',
  'revocation.error': 'revocation',
  'device_authorization.error': 'device-authorization',
  'end_session.error': 'logout',
  server_error: 'server',
} as const;

/** Undefined where it is no failure: the citizen's own decision, an answer to prompt=none, or "not yet". */
function reasonOf({ message, error_description = '', error_detail = '' }: ProtocolError): FailureReason | undefined {
  if (NO_FAILURES.has(message)) return undefined;
  const told = `${error_detail}\n${error_description}`;
  const found = SIGNS.find(([sign, of]) => (of === undefined || of.includes(message)) && sign.test(told));
  return found?.[2] ?? BY_CODE[message] ?? 'other';
}

const NO_FAILURES = new Set([
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'authorization_pending',
  'slow_down',
  'temporarily_unavailable',
  // The first answer of a DPoP exchange, not a fault (RFC 9449 section 8).
  'use_dpop_nonce',
]);

/** The library's own words, which tests/protocol/relying-party-errors-live.test.ts provokes one by one. */
const SIGNS: readonly (readonly [RegExp, readonly string[] | undefined, FailureReason])[] = [
  [/jwt not active yet|jwt issued in the future/, ['invalid_client'], 'clock-ahead'],
  [/jwt expired/, ['invalid_client'], 'assertion-expired'],
  [/only be used once/, ['invalid_client'], 'assertion-replayed'],
  [/audience \(aud\)/, ['invalid_client'], 'assertion-audience'],
  [/no applicable key found/, ['invalid_client'], 'key-unknown'],
  [/signature verification failed/, ['invalid_client'], 'signature-wrong'],
  [/invalid_client_metadata|failed to be refreshed/, undefined, 'key-set-unreachable'],
  [/alg mismatch/, ['invalid_client'], 'algorithm-wrong'],
  [/invalid secret provided/, ['invalid_client'], 'secret-wrong'],
  [/client secret.* is expired|client_secret expired/, ['invalid_client'], 'secret-expired'],
  [/does not match the registered client authentication method/, ['invalid_client'], 'authentication-method'],
  [/client_assertion|\(JWT (?:issuer|audience|subject|ID)\)|unique jti/, ['invalid_client'], 'assertion-malformed'],
  [
    /no client authentication|one mechanism|authorization header|Authorization header|client_assertion/,
    ['invalid_request'],
    'authentication-malformed',
  ],
  [/client_id mismatch/, ['invalid_request'], 'authentication-malformed'],
  [/code_verifier (?:must be provided|does not match)/, ['invalid_grant'], 'pkce-wrong'],
  [/code_verifier/, undefined, 'pkce-wrong'],
  [/PKCE|code_challenge/, undefined, 'pkce-missing'],
  [/redirect_uri/, ['invalid_grant'], 'redirect-differs'],
  [/redirect_uri/, ['invalid_request', 'invalid_redirect_uri'], 'redirect-mismatch'],
  [/already consumed/, ['invalid_grant'], 'code-used'],
  [/authorization code is expired|device code is expired/, ['invalid_grant'], 'code-expired'],
  [/refresh token/, ['invalid_grant'], 'refresh-token'],
  [/code not found|client mismatch/, ['invalid_grant'], 'code-unknown'],
  [/grant (?:not found|is expired)|account not found/, ['invalid_grant'], 'grant-ended'],
  [/DPoP/, undefined, 'dpop'],
  [/is not allowed for this client/, ['invalid_request', 'unauthorized_client'], 'grant-type'],
  [/id_token_hint/, undefined, 'id-token-hint'],
  [/Pushed Authorization Request must be used/, undefined, 'pushed-request'],
  [/Request Object/, undefined, 'request-object'],
  [/scope must be requested/, undefined, 'scope'],
];

const BY_CODE: Readonly<Record<string, FailureReason | undefined>> = {
  invalid_redirect_uri: 'redirect-mismatch',
  invalid_client: 'assertion-malformed',
  invalid_grant: 'grant-ended',
  expired_token: 'code-expired',
  invalid_scope: 'scope',
  insufficient_scope: 'scope',
  invalid_target: 'resource',
  unsupported_grant_type: 'grant-type',
  unauthorized_client: 'grant-type',
  unsupported_response_type: 'response-type',
  unsupported_response_mode: 'response-type',
  invalid_request_object: 'request-object',
  request_not_supported: 'request-object',
  invalid_request_uri: 'pushed-request',
  request_uri_not_supported: 'pushed-request',
  invalid_dpop_proof: 'dpop',
  unmet_authentication_requirements: 'level-not-reached',
  invalid_token: 'access-token',
  invalid_request: 'request-malformed',
  server_error: 'our-fault',
};

/** Chosen by the relying party, never by a citizen, and worth nothing to anybody who reads them. */
const TOLD_WITH_VALUE = new Set([
  'redirect_uri',
  'post_logout_redirect_uri',
  'response_type',
  'response_mode',
  'grant_type',
  'scope',
  'code_challenge_method',
  'prompt',
  'max_age',
  'acr_values',
  'resource',
  'client_assertion_type',
  'ui_locales',
]);
/** What RFC 9110 and our own limits allow in a request, and more than anybody sends. */
const MOST_PARAMETERS = 40;
const LONGEST_VALUE = 300;

/** Names of what was sent; values only of those that are told. Of a client assertion, what clocks and keys are looked for by. */
function tellable({ oidc, request }: KoaContextWithOIDC): Record<string, string | null> {
  const sent = Object.entries(oidc.params ?? {}).filter(([, value]) => value !== undefined);
  const told = sent
    .slice(0, MOST_PARAMETERS)
    .map(([name, value]) => [
      name.slice(0, 60),
      TOLD_WITH_VALUE.has(name) && typeof value === 'string' ? redact(name, value) : null,
    ]);
  const assertion = oidc.params?.client_assertion;
  return {
    ...Object.fromEntries(told),
    ...(request.headers.authorization === undefined ? {} : { 'Authorization (header)': null }),
    ...(typeof assertion === 'string' ? aboutAssertion(assertion) : {}),
  };
}

function redact(name: string, value: string): string {
  const url = name.endsWith('_uri') ? URL.parse(value) : null;
  // The query of an address may carry anything: its names tell why an address is not the registered one.
  const shown =
    url === null || (url.search === '' && url.username === '' && url.password === '')
      ? value
      : `${url.protocol}//${url.host}${url.pathname}${[...url.searchParams.keys()].map((key, index) => `${index === 0 ? '?' : '&'}${key}=…`).join('')}`;
  return (
    shown
      .slice(0, LONGEST_VALUE)
      .replace(/[^\x20-\x7e…]/g, '�')
      // What looks like a national code, a phone number or a bearer value is none of a relying party's parameters.
      .replace(/\d{6,}/g, '…')
      .replace(/(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}/g, '…')
  );
}

function aboutAssertion(assertion: string): Record<string, string | null> {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    const { iat, exp, nbf } = decodeJwt(assertion);
    const shown = { alg, kid, iat, nbf, exp };
    return Object.fromEntries(
      Object.entries(shown).flatMap(([name, value]) =>
        value === undefined ? [] : [[`client_assertion.${name}`, assertionValue(value)]],
      ),
    );
  } catch {
    return {};
  }
}

/** Times are written out, so that a clock that is wrong is seen; ids of keys are public. */
function assertionValue(value: string | number): string {
  if (typeof value === 'string') return value.slice(0, 80).replace(/[^\x20-\x7e]/g, '�');
  const at = value * 1000;
  return Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : String(value).slice(0, 40);
}
