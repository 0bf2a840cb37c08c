import type { Resource, Resources } from './resources-store.ts';

/** Resource servers of our own stand in no table: they are there wherever the provider is. Nobody registers another under their name. */
export function withOwnResources(stored: Resources, own: readonly Resource[]): Resources {
  const isOwn = (identifier: string) => own.some((resource) => resource.identifier === identifier);
  return {
    ...stored,
    find: async (identifier) =>
      own.find((resource) => resource.identifier === identifier) ?? (await stored.find(identifier)),
    list: async () => [...own, ...(await stored.list()).filter(({ identifier }) => !isOwn(identifier))],
    async save(resource) {
      if (isOwn(resource.identifier)) throw new TypeError(`${resource.identifier} is a resource of our own`);
      // A scope that two resources share would be granted for both by one agreement.
      const shared = resource.scopes.find((scope) => own.some(({ scopes }) => scopes.includes(scope)));
      if (shared !== undefined) throw new TypeError(`${shared} is a scope of our own`);
      await stored.save(resource);
    },
  };
}
