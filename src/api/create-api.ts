import type { IncomingMessage, ServerResponse } from 'node:http';
import { referenceNumber } from '#platform/ids.ts';
import type { Log } from '#platform/log.ts';
import { API_PATH } from './api-resource.ts';
import type { createCallers } from './callers.ts';
import { readJson } from './json-body.ts';
import type { CallLimits } from './limits.ts';
import { PROBLEMS, Problem, problemBody } from './problem.ts';
import type { ApiAnswer, ApiRoute } from './route.ts';
import { createRouteTable } from './route-table.ts';

type Needs = {
  routes: readonly ApiRoute[];
  callers: ReturnType<typeof createCallers>;
  limits: Pick<CallLimits, 'count'>;
  /** Public ones, by path: the OpenAPI document and the metadata of the resource. */
  documents: Readonly<Record<string, object>>;
  log: Log;
};

/**
 * The API: JSON in, JSON out. It knows no cookie and no page, and no other site's page may call it. Every call is
 * identified, counted and only then read.
 */
export function createApi({ routes, callers, limits, documents, log }: Needs) {
  const table = createRouteTable(routes);

  return {
    answer(request: IncomingMessage, response: ServerResponse, path: string): void {
      respond(request, path)
        .catch(asProblem)
        .then((answer) => send(request, response, answer))
        .catch((error) => {
          log.error({ err: error }, 'an answer of the API could not be sent');
          response.destroy();
        });
    },
  };

  async function respond(request: IncomingMessage, path: string): Promise<ApiAnswer> {
    const document = Object.hasOwn(documents, path) ? documents[path] : undefined;
    if (document !== undefined) {
      if (request.method !== 'GET') throw notAllowed(['GET']);
      return { status: 200, body: document, headers: { 'Cache-Control': 'no-cache' } };
    }
    const found = table.find(path.slice(API_PATH.length));
    if (found === undefined) throw new Problem('not-found');
    const { methods, params } = found;
    const route = methods.get(request.method ?? '');
    if (route === undefined) throw notAllowed([...methods.keys()]);
    const caller = await callers.identify(request, { path, scope: route.scope });
    await limits.count({ clientId: caller.clientId, cost: route.cost });
    const expectedRevision = route.needsRevision === true ? readIfMatch(request) : 0;
    const body = route.body === undefined ? undefined : await readJson(request);
    // The table of paths knows no such path; in a query it would reach the database, which cannot hold it.
    if (request.url?.includes('%00') === true) throw new Problem('malformed-request');
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    return route.answer({ caller, params, query, body, expectedRevision });
  }

  function asProblem(error: unknown): ApiAnswer {
    const problem = error instanceof Problem ? error : undefined;
    if (problem !== undefined && problem.kind !== 'our-fault') return answerOf(problem);
    const reference = referenceNumber();
    log.error({ err: error, reference }, 'a call of the API failed');
    return answerOf(new Problem('our-fault', { cause: error, reference }));
  }
}

function answerOf(problem: Problem): ApiAnswer {
  return {
    status: PROBLEMS[problem.kind][0],
    body: problemBody(problem),
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json' },
  };
}

function notAllowed(methods: readonly string[]): Problem {
  return new Problem('method-not-allowed', { headers: { Allow: methods.join(', ') } });
}

/** One strong tag, as GET gave it (RFC 9110 section 13.1.1). `*` would say that nothing has to be known. */
function readIfMatch({ headers }: IncomingMessage): number {
  const given = headers['if-match'];
  if (given === undefined) throw new Problem('revision-needed');
  const [, revision] = /^"(\d{1,9})"$/.exec(given) ?? [];
  if (revision === undefined) throw new Problem('revision-needed');
  return Number(revision);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: ApiAnswer): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    // A body that nobody read would be taken for the next request on this connection.
    ...(request.complete ? {} : { Connection: 'close' }),
    ...headers,
  });
  response.end(text);
}
