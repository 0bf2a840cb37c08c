/** Why a call was not answered: each with its status, and what whoever wrote the program does about it. */
export const PROBLEMS = {
  'malformed-request': [
    400,
    'The request cannot be read',
    'Compare it with the OpenAPI document at /api/openapi.json.',
  ],
  'not-a-cursor': [
    400,
    'The cursor does not belong to this list',
    'Take `after` from `next` of the page before and ask with the same search and filters, or begin without `after`.',
  ],
  'token-missing': [
    401,
    'No access token',
    'Ask the token endpoint with grant_type=client_credentials, resource=<issuer>/api and the scopes you need, and send the token in the Authorization header.',
  ],
  'token-invalid': [
    401,
    'The access token is not accepted',
    'Get a new one from the token endpoint. A token that is bound to a key (DPoP) is sent as DPoP with a fresh proof for exactly this call.',
  ],
  'insufficient-scope': [
    403,
    'The access token is not good for this',
    'Ask for a token with the scope that WWW-Authenticate names. If the token endpoint answers invalid_scope, your agreement does not hold it: propose one that does.',
  ],
  'entry-may-more': [
    403,
    'This relying party may do more with the API than your token',
    'Change it in the console, or ask for a token with all API scopes that its agreement holds.',
  ],
  'organisation-suspended': [
    403,
    'Your organisation is suspended',
    'Ask the ministry why; nothing can be done by the API.',
  ],
  'not-found': [
    404,
    'There is nothing here',
    'Check the address. What belongs to another organisation looks as if it did not exist.',
  ],
  'method-not-allowed': [405, 'This method is not for this address', 'The header Allow lists those that are.'],
  'not-from-here': [409, 'That does not follow from the state it is in', 'Read it again and look at `state`.'],
  'steps-missing': [409, 'Not everything is done yet', 'Do what `missing` lists, and ask again.'],
  'no-acceptance-setup': [
    409,
    'Nobody has said where a sign-in begins',
    'POST startUrl and signedInUrl to …/acceptance-setup first.',
  ],
  'no-secret-used': [
    409,
    'This relying party has no secret',
    'It authenticates with keys of its own or not at all. Nothing has to be done.',
  ],
  'two-secrets-already': [
    409,
    'Two secrets hold already',
    'End the one that is no longer used (DELETE …/secrets/{secretId}), then issue the next.',
  ],
  'changed-meanwhile': [
    412,
    'Somebody else has changed it',
    'Read it again, decide whether your change still fits, and send it with the new ETag in If-Match.',
  ],
  'too-large': [413, 'The body is too large', 'At most 64 kB.'],
  'not-json': [415, 'Only JSON is read', 'Send Content-Type: application/json, in UTF-8, not compressed.'],
  'values-refused': [
    422,
    'Some values are refused',
    'Each member of `errors` names a place in what you sent and the rule it breaks.',
  ],
  'revision-needed': [428, 'Say which revision you change', 'Send If-Match with the ETag that GET gave you.'],
  'too-many-requests': [429, 'Too many calls', 'Wait as long as Retry-After says.'],
  'our-fault': [500, 'That is our fault', 'Try again later, and tell us the reference: it finds this call in our log.'],
  unavailable: [503, 'Not now', 'Try again after as many seconds as Retry-After says.'],
} as const satisfies Record<string, readonly [status: number, title: string, whatToDo: string]>;

export type ProblemKind = keyof typeof PROBLEMS;

/** A place in what was sent, as a JSON Pointer in a URI fragment (RFC 6901 section 6), and the rule that it breaks. */
export type Fault = { pointer: string; reason: string };

/** Thrown anywhere in a call; sent as RFC 9457 says. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of its own, such as `errors`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProblemKind,
    {
      headers = {},
      cause,
      ...members
    }: { headers?: Readonly<Record<string, string>>; cause?: unknown; errors?: readonly Fault[] } & Record<
      string,
      unknown
    > = {},
  ) {
    super(kind, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.headers = headers;
    this.members = members;
  }
}

export function problemBody({ kind, members }: Pick<Problem, 'kind' | 'members'>): Record<string, unknown> {
  const [status, title, detail] = PROBLEMS[kind];
  return { type: `urn:panjereh:problem:${kind}`, title, status, detail, ...members };
}
