import type { ConsoleRoute } from '#console/console-route.ts';
import { type ConsoleNeeds, consoleTable } from '#console/routes.ts';
import type { Browser } from './browser.ts';
import type { TestProvider } from './provider.ts';

/** Every row behind the console's gate; the answers of these are never called, those of the running provider are. */
export function consoleRowsOf({ services }: TestProvider): ConsoleRoute[] {
  const { registry, people, console: parts } = services;
  return consoleTable({ ...services, ...registry, ...people, ...parts } as unknown as ConsoleNeeds);
}

/** The row's path about this organisation, whose service has the same id; everything else that is named is not there. */
export function addressOfRow({ path }: ConsoleRoute, organisation: string): string {
  const filled = path
    .replace(':organisation', organisation)
    .replace(/(?<=relying-parties\/):(?:id|clientId)/, organisation)
    .replace(/:\w+/g, 'absent');
  return `${filled}?organisation=${organisation}`;
}

type Sent = {
  method?: string;
  csrf?: string | undefined;
  fields?: Record<string, string>;
  browser?: Browser;
  headers?: Record<string, string>;
};

/** One request as it is, without following where it leads. */
export async function askConsole({ issuer }: TestProvider, path: string, sent: Sent = {}): Promise<Response> {
  const { method = 'GET', csrf, fields = {}, browser, headers = {} } = sent;
  const cookie = (browser?.cookies ?? []).map(({ name, value }) => `${name}=${value}`).join('; ');
  return fetch(`${issuer}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin', ...(cookie === '' ? {} : { cookie }), ...headers },
    ...(method === 'GET' ? {} : { body: new URLSearchParams(csrf === undefined ? fields : { csrf, ...fields }) }),
  });
}

export function formTokenIn(text: string): string {
  const token = /name="csrf" value="([^"]+)"/.exec(text)?.[1];
  if (token === undefined) throw new Error('the page has no form of the console');
  return token;
}

/** Whether the gate let the request through; what is behind it may still find nothing there. */
export function isLetIn({ status, headers }: Response): boolean {
  return status !== 403 && !(headers.get('location') ?? '').startsWith('/console/enter');
}
