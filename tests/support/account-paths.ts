import { accountRoutes } from '#root/account/routes.ts';

/** Every path of the account that answers this method, as its routes list them and not as somebody remembered them. */
export function accountPaths(method: 'GET' | 'POST'): string[] {
  const anything: unknown = new Proxy(() => anything, { get: () => anything });
  return accountRoutes(anything as Parameters<typeof accountRoutes>[0])
    .stack.filter(({ methods }) => methods.includes(method))
    .map(({ path }) => String(path));
}
