/**
 * As much of a browser as sign-in without script needs: cookies by origin and path, redirects, forms. For what a real
 * browser does beyond that, tests/browser drives Chromium.
 */
export type Browser = {
  /** Follows redirects as long as they stay at `stayAt` (or everywhere); the last answer's address is `url`. */
  open(url: string, options?: { stayAt?: string; headers?: Record<string, string> }): Promise<Page>;
  submit(
    page: Page,
    fields?: Record<string, string | undefined>,
    options?: { stayAt?: string; form?: number; headers?: Record<string, string> },
  ): Promise<Page>;
  cookies: Cookie[];
};

type Cookie = { name: string; value: string; origin: string; path: string; attributes: string };
export type Page = {
  url: string;
  status: number;
  headers: Headers;
  text: string /** The address of a redirect that was not followed. */;
  leadsTo?: string;
};

export function createBrowser({
  userAgent = 'PanjerehTest/1.0',
  language = 'en',
  send = fetch,
}: {
  userAgent?: string;
  language?: string;
  /** How a request leaves, when it matters from which address it does. */
  send?: (url: URL, init: RequestInit) => Promise<Response>;
} = {}): Browser {
  const cookies: Cookie[] = [];

  function cookieHeader(url: URL): string {
    const fitting = cookies.filter(
      ({ origin, path }) =>
        origin === url.host && (path === '/' || url.pathname === path || url.pathname.startsWith(`${path}/`)),
    );
    return fitting.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  function keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const known = cookies.findIndex(
        (cookie) => cookie.name === name && cookie.origin === url.host && cookie.path === path,
      );
      if (known >= 0) cookies.splice(known, 1);
      if (value !== '' && !/expires=Thu, 01 Jan 1970/i.test(line))
        cookies.push({ name, value, origin: url.host, path, attributes: attributes.join('; ') });
    }
  }

  async function request(
    address: string,
    init: RequestInit,
    { stayAt, hops = 0 }: { stayAt?: string | undefined; hops?: number },
  ): Promise<Page> {
    if (hops > 15) throw new Error(`redirected without end, lastly to ${address}`);
    const url = new URL(address);
    const headers = new Headers(init.headers);
    headers.set('user-agent', userAgent);
    headers.set('accept', 'text/html');
    headers.set('accept-language', language);
    const jar = cookieHeader(url);
    if (jar !== '') headers.set('cookie', jar);
    const response = await send(url, { ...init, headers, redirect: 'manual' });
    keep(url, response.headers);
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null || response.status < 300 || response.status > 399)
      return { url: address, status: response.status, headers: response.headers, text };
    const next = new URL(location, url).href;
    const page = { url: address, status: response.status, headers: response.headers, text, leadsTo: next };
    if (stayAt !== undefined && !next.startsWith(`${stayAt}/`)) return page;
    return request(next, {}, { stayAt, hops: hops + 1 });
  }

  return {
    cookies,
    open: (url, { stayAt, headers = {} } = {}) => request(url, { headers }, { stayAt }),
    submit(page, fields = {}, { stayAt, form = 0, headers = {} } = {}) {
      const found = readForms(page.text)[form];
      if (found === undefined)
        throw new Error(`there is no form ${form} on ${page.url} (${page.status}): ${page.text.slice(0, 400)}`);
      const body = new URLSearchParams(found.hidden);
      for (const [name, value] of Object.entries(fields)) {
        if (value === undefined) body.delete(name);
        else body.set(name, value);
      }
      const origin = new URL(page.url).origin;
      return request(
        new URL(found.action, page.url).href,
        { method: 'POST', body, headers: { origin, 'sec-fetch-site': 'same-origin', ...headers } },
        { stayAt },
      );
    },
  };
}

/** The forms of a page; one that only script reveals is not there without it. */
export function readForms(text: string): { action: string; hidden: [string, string][] }[] {
  return [
    ...text
      .replace(/<form id="passkey-form"[\s\S]*?<\/form>/g, '')
      .matchAll(/<form\b[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g),
  ].map(([, action = '', content = '']) => ({
    action: decoded(action),
    hidden: [...content.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
      decoded(/\bname="([^"]*)"/.exec(input)?.[1] ?? ''),
      decoded(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? ''),
    ]),
  }));
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');
}

type SignIn = { authorizationUrl: string; nationalCode: string; password: string; isShared?: boolean };

/** Through sign-in and consent, as far as they are asked for; the answer leads to the relying party. */
export async function signInAndConsent(
  browser: Browser,
  { authorizationUrl, nationalCode, password, isShared = false }: SignIn,
): Promise<URL> {
  const stayAt = new URL(authorizationUrl).origin;
  let page = await browser.open(authorizationUrl, { stayAt });
  if (page.url.includes('/sign-in/') && page.leadsTo === undefined) {
    page = await browser.submit(
      page,
      { national_code: nationalCode, password, ...(isShared ? { shared_computer: 'yes' } : {}) },
      { stayAt },
    );
  }
  if (page.url.includes('/consent/') && page.leadsTo === undefined) {
    page = await browser.submit(page, { decision: 'allow', claims: 'phone_number' }, { stayAt });
  }
  if (page.leadsTo === undefined)
    throw new Error(
      `the sign-in ended at ${page.url} (${page.status}): ${page.text.replace(/\s+/g, ' ').slice(0, 600)}`,
    );
  return new URL(page.leadsTo);
}
