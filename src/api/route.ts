import { z } from 'zod';
import type { ApiScope } from './api-resource.ts';
import type { Caller } from './callers.ts';
import type { Cost } from './limits.ts';
import { Problem, type ProblemKind } from './problem.ts';

export type ApiAnswer = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> };

/** A call as it came in, for a caller whom we know. */
type RawCall = {
  caller: Caller;
  /** What the braces of the path stand for. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: unknown;
  /** The revision in If-Match; 0, which none has, where the route does not ask for it. */
  expectedRevision: number;
};

type Call<Query, Body> = Omit<RawCall, 'query' | 'body'> & { query: Query; body: Body };

type Documented = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under `/api`, with the names of its parameters in braces. */
  path: `/${string}`;
  /** The name of the operation in the OpenAPI document. */
  name: string;
  summary: string;
  scope: ApiScope;
  cost: Cost;
  /** Whether If-Match has to say which revision is changed. */
  needsRevision?: boolean;
  /** What is answered when all is well, by status. */
  answers: Readonly<Record<number, { says: string; body?: z.ZodType }>>;
  /** Refusals of its own, beside those that every call may meet. */
  refusals?: readonly ProblemKind[];
};

/** One line of the table that serves, is documented, and is tested. */
export type ApiRoute = Documented & {
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  answer(call: RawCall): Promise<ApiAnswer>;
};

export function route<Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>({
  query,
  body,
  answer,
  ...documented
}: Documented & {
  query?: Query;
  body?: Body;
  answer(call: Call<z.output<Query>, z.output<Body>>): Promise<ApiAnswer>;
}): ApiRoute {
  return {
    ...documented,
    query,
    body,
    answer: async (call) =>
      answer({
        ...call,
        query: readQuery(query, call.query),
        body: readBody(body, call.body),
      }),
  };
}

/** @throws Problem malformed-request. A name that comes twice, or that the call does not know, is nobody's guess. */
function readQuery<Query extends z.ZodType>(shape: Query | undefined, query: URLSearchParams): z.output<Query> {
  const isTwice = new Set(query.keys()).size < query.size;
  const read = (shape ?? z.strictObject({})).safeParse(Object.fromEntries(query));
  if (isTwice)
    throw new Problem('malformed-request', { errors: [{ pointer: '#', reason: 'a query parameter comes twice' }] });
  if (!read.success) throw new Problem('malformed-request', { errors: faultsOf(read.error) });
  return read.data as z.output<Query>;
}

/** @throws Problem values-refused */
function readBody<Body extends z.ZodType>(shape: Body | undefined, body: unknown): z.output<Body> {
  const read = (shape ?? z.undefined()).safeParse(body);
  if (!read.success) throw new Problem('values-refused', { errors: faultsOf(read.error) });
  return read.data as z.output<Body>;
}

function faultsOf({ issues }: z.ZodError): { pointer: string; reason: string }[] {
  return issues.map(({ path, message }) => ({ pointer: pointerTo(path.map(String)), reason: message }));
}

/** RFC 6901 section 6. */
export function pointerTo(path: readonly string[]): string {
  return ['#', ...path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))].join('/');
}
