import { z } from 'zod';
import { API_PATH, API_SCOPES } from './api-resource.ts';
import { CALLS_A_MINUTE } from './limits.ts';
import { PROBLEMS, type ProblemKind } from './problem.ts';
import type { ApiRoute } from './route.ts';

/** Every call may meet these. */
const ALWAYS: readonly ProblemKind[] = [
  'malformed-request',
  'token-missing',
  'token-invalid',
  'insufficient-scope',
  'organisation-suspended',
  'too-many-requests',
  'our-fault',
  'unavailable',
];
const WITH_BODY: readonly ProblemKind[] = ['too-large', 'not-json', 'values-refused'];
const WITH_REVISION: readonly ProblemKind[] = ['revision-needed', 'changed-meanwhile', 'values-refused'];

/** OpenAPI 3.1, made from the table that serves: what is not documented is not there, and the other way round. */
export function openApiDocument({ routes, issuer }: { routes: readonly ApiRoute[]; issuer: string }): object {
  const shared = new Map<string, object>();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const place = paths[`${API_PATH}${route.path}`] ?? {};
    place[route.method.toLowerCase()] = operationOf(route, shared);
    paths[`${API_PATH}${route.path}`] = place;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Panjereh: the API for organisations',
      version: '1',
      description: `What the console does, for programs. A service of yours gets a token by client_credentials with resource=${issuer}${API_PATH} and sees its own organisation alone.`,
    },
    servers: [{ url: issuer }],
    security: [],
    paths,
    components: {
      securitySchemes: {
        panjereh: {
          type: 'oauth2',
          description: `JWT access tokens (RFC 9068) for the resource ${issuer}${API_PATH}, as Bearer or bound to a key (DPoP, RFC 9449).`,
          flows: { clientCredentials: { tokenUrl: `${issuer}/token`, scopes: { ...API_SCOPES } } },
        },
      },
      schemas: { Problem: problemSchema() },
      responses: Object.fromEntries(shared),
    },
  };
}

function operationOf(route: ApiRoute, shared: Map<string, object>): object {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const isChange = route.needsRevision === true;
  return {
    operationId: route.name,
    summary: route.summary,
    description: `At most ${CALLS_A_MINUTE[route.cost]} calls of this kind in a minute for each service.`,
    security: [{ panjereh: [route.scope] }],
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...queryParameters(route),
      ...(isChange
        ? [
            {
              name: 'If-Match',
              in: 'header',
              required: true,
              schema: { type: 'string' },
              description: 'The ETag of the revision that is changed',
            },
          ]
        : []),
    ],
    ...(route.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
    }),
    responses: { ...answersOf(route), ...refusalsOf(route, { hasParameters: names.length > 0, shared }) },
  };
}

function queryParameters({ query }: ApiRoute): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input');
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function answersOf({ answers }: ApiRoute): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, body }]) => [
      status,
      {
        description: says,
        ...(body !== undefined && { content: { 'application/json': { schema: schemaOf(body, 'output') } } }),
      },
    ]),
  );
}

/** Each set of refusals is written down once, among the components, and pointed to. */
function refusalsOf(
  route: ApiRoute,
  { hasParameters, shared }: { hasParameters: boolean; shared: Map<string, object> },
): Record<string, object> {
  const kinds = new Set<ProblemKind>([
    ...ALWAYS,
    ...(hasParameters ? (['not-found'] as const) : []),
    ...(route.body === undefined ? [] : WITH_BODY),
    ...(route.needsRevision === true ? WITH_REVISION : []),
    ...(route.refusals ?? []),
  ]);
  const byStatus = Map.groupBy(kinds, (kind) => PROBLEMS[kind][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => {
      const name = `${status}-${each.join('-or-')}`;
      shared.set(name, {
        description: each.map((kind) => `\`${kind}\`: ${PROBLEMS[kind][1]}. ${PROBLEMS[kind][2]}`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      });
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function problemSchema(): object {
  const fault = {
    type: 'object',
    required: ['pointer', 'reason'],
    additionalProperties: false,
    properties: { pointer: { type: 'string' }, reason: { type: 'string' } },
  };
  return {
    type: 'object',
    description: 'RFC 9457; `detail` says what to do',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { enum: Object.keys(PROBLEMS).map((kind) => `urn:panjereh:problem:${kind}`) },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      errors: { type: 'array', items: fault },
      missing: { type: 'array', items: { type: 'string' } },
      reference: { type: 'string' },
    },
  };
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    target: 'draft-2020-12',
    io,
    // A transformed instant has no schema of its own; what callers write is the text before it.
    unrepresentable: 'any',
    // The format says it; the pattern beside it is half a kilobyte long.
    override({ jsonSchema }) {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return schema;
}
