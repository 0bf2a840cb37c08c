import type { ApiRoute } from './route.ts';

type Place = { parts: readonly string[]; methods: Map<string, ApiRoute> };

type FoundRoute = { methods: ReadonlyMap<string, ApiRoute>; params: Readonly<Record<string, string>> };

/** Ids of ours, domains and numbers: nothing that has to be decoded, so nothing that could be decoded twice. */
const PARAMETER = /^[A-Za-z0-9][\w.-]{0,252}$/;

/** Finds by the parts of a path; a part that is written out counts before a parameter. */
export function createRouteTable(routes: readonly ApiRoute[]) {
  const places = new Map<string, Place>();
  for (const route of routes) {
    const shape = route.path.replaceAll(/\{\w+\}/g, '{}');
    const place = places.get(shape) ?? { parts: route.path.split('/').slice(1), methods: new Map() };
    if (place.methods.has(route.method)) throw new Error(`${route.method} ${route.path} is in the table twice`);
    place.methods.set(route.method, route);
    places.set(shape, place);
  }
  const ordered = [...places.values()].sort((a, b) => countOfParameters(a) - countOfParameters(b));

  return {
    find(path: string): FoundRoute | undefined {
      const given = path.split('/').slice(1);
      for (const { parts, methods } of ordered) {
        const params = match(parts, given);
        if (params !== undefined) return { methods, params };
      }
      return undefined;
    },
  };
}

function match(parts: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const value = given[at] ?? '';
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (name === undefined && part !== value) return undefined;
    if (name === undefined) continue;
    if (!PARAMETER.test(value)) return undefined;
    params[name] = value;
  }
  return params;
}

function countOfParameters({ parts }: Place): number {
  return parts.filter((part) => part.startsWith('{')).length;
}
