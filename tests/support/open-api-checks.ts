import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiReply } from './api-service.ts';

type Response = { content?: Record<string, { schema: object }>; $ref?: string };
type Operation = { operationId: string; responses: Record<string, Response> };
export type OpenApiDocument = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
};

/** Holds answers against a document: each must be in it, with this status, this type and this shape. */
export function createOpenApiChecks(document: OpenApiDocument) {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, date: /^\d{4}-\d\d-\d\d$/ },
  });
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const called = new Set<string>();

  return {
    /** The operations that did what they are for, or said that it is too early for it. */
    called,
    operations: (): string[] =>
      Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId)),

    /** Everything that the document has against this answer. */
    faultsOf({ method, path, status, headers, body }: ApiReply): unknown {
      const given = `/api${path.split('?')[0]}`;
      const place = Object.keys(document.paths)
        .sort((a, b) => a.split('{').length - b.split('{').length)
        .find((shape) => new RegExp(`^${shape.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(given));
      const operation = place === undefined ? undefined : document.paths[place]?.[method.toLowerCase()];
      if (place === undefined || operation === undefined) return `${method} ${given} is not in the document`;
      const type = headers.get('content-type') ?? 'none';
      const answer = operation.responses[status];
      const shared = answer?.$ref?.replace('#/components/responses/', '');
      if ((shared === undefined ? answer : document.components.responses[shared])?.content?.[type] === undefined)
        return `${operation.operationId} does not say that it answers ${status} with ${type}: ${JSON.stringify(body)}`;
      const escaped = (part: string) =>
        part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
      const at =
        shared === undefined
          ? `paths/${escaped(place)}/${method.toLowerCase()}/responses/${status}`
          : `components/responses/${shared}`;
      const reference = `document#/${at}/content/${escaped(type)}/schema`;
      const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
      compiled.set(reference, validate);
      if (status < 300 || status === 409) called.add(operation.operationId);
      return validate(body) ? [] : validate.errors;
    },
  };
}
