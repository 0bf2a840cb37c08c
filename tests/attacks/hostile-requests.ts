import { type Browser, createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import { SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Requests as an attacker writes them: nothing is checked, added or tidied on the way out. */
export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> };
type Fields = Record<string, string> | [string, string][] | string;

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

export function post(url: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, { method: 'POST', body: new URLSearchParams(fields), headers });
}

export function basic(clientId: string, secret = SECRET): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
}

/** Where a redirect leads, with the parameters of its query. */
export function answerIn(answer: { headers: Headers }): URL | undefined {
  const location = answer.headers.get('location');
  return location === null ? undefined : (URL.parse(location, 'http://relative.invalid') ?? undefined);
}

export function errorIn(answer: Answer): string {
  return String(answer.body.error ?? 'accepted');
}

type Obtain = { browser?: Browser; extra?: Record<string, string>; usePar?: boolean; citizen?: number };

/** A fresh code as its rightful owner would get it, with everything needed to redeem it. */
export async function obtainCode(
  provider: TestProvider,
  party: TestRelyingParty,
  { browser = createBrowser(), extra = {}, usePar = false, citizen = 0 }: Obtain = {},
): Promise<{ code: string; verifier: string; callback: URL; fields: Record<string, string> }> {
  const { url, verifier } = await party.begin(extra, { usePar });
  const callback = await signInAndConsent(browser, {
    authorizationUrl: url,
    nationalCode: provider.citizens[citizen]?.nationalCode ?? '',
    password: provider.password,
  });
  const code = callback.searchParams.get('code');
  if (code === null) throw new Error(`there is no code in ${callback.href}`);
  const fields = {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: party.redirectUri,
  };
  return { code, verifier, callback, fields };
}

/** At most `at` at a time: fast, and kind to a machine that others use. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  at: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < items.length; index += at)
    results.push(...(await Promise.all(items.slice(index, index + at).map(work))));
  return results;
}

/** Every place that a page could lead to or load from, other than a path of ours. */
export function placesOutside(html: string): string[] {
  const named = [...html.matchAll(/\b(?:href|action|src|formaction|data|content)="([^"]*)"/g)].map(([, to = '']) => to);
  const isAnAddress = (to: string) => /^\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2}|[/\\][\t\n\r]*[/\\]|\d+;)/i.test(to);
  return named.map((to) => to.replaceAll('&amp;', '&')).filter(isAnAddress);
}
