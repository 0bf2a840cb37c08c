import { getDomain } from 'tldts';
import { CookieJar } from 'tough-cookie';
import { type OutboundFetch, OutboundRefused } from '#platform/http/outbound.ts';
import { readPage } from './page-text.ts';
import type { Place, Places } from './places.ts';
import { redactedAddress, redactedParameters } from './redacted-address.ts';

/** One request of a browser. With a form it is a POST. */
export type Hop = { url: URL; form?: URLSearchParams | undefined };

/** One line of the report: what was asked and what came back, with nothing in it that could be used again. */
export type ExchangeLine = { asked: string; posted?: string | undefined; answered: string };

export type Arrival = (
  | { outcome: 'page'; url: URL; place: Place; status: number; text: string }
  /** Stopped before this request, as was asked for. */
  | { outcome: 'held'; hop: Hop }
  | { outcome: 'elsewhere'; host: string }
  | { outcome: 'unreachable'; reason: string }
) & {
  /** The latest request that led from the acceptance issuer back to the relying party. */
  callback?: Hop | undefined;
};

/** A browser of its own: its cookies, and the way it follows redirects and forms that send themselves. */
export type Visitor = {
  open(hop: Hop, options?: { holdBefore?: (place: Place, from: Place | undefined) => boolean }): Promise<Arrival>;
};

type Needs = {
  /** The guarded way out, as a browser: it hands redirects back. */
  fetch: OutboundFetch;
  places: Places;
  /** Ends everything that is under way. */
  signal: AbortSignal;
  note(line: ExchangeLine): void;
};

/** Chromium gives up after 20. */
const MOST_HOPS = 20;
const USER_AGENT = 'panjereh-acceptance/1';

export function createVisitor({ fetch, places, signal, note }: Needs): Visitor {
  const jar = new CookieJar();

  return {
    async open(first, { holdBefore = () => false } = {}) {
      let hop = first;
      let from: { url: URL; place: Place } | undefined;
      let callback: Hop | undefined;
      for (let hops = 0; hops < MOST_HOPS; hops += 1) {
        const place = places.placeOf(hop.url);
        if (place === 'elsewhere') {
          note({ ...asked(hop), answered: 'not asked' });
          return { outcome: 'elsewhere', host: hop.url.hostname, callback };
        }
        if (from?.place === 'acceptance-issuer' && place === 'relying-party') callback = hop;
        if (holdBefore(place, from?.place)) return { outcome: 'held', hop, callback };
        const answer = await ask(hop, from?.url);
        if ('unreachable' in answer) return { outcome: 'unreachable', reason: answer.unreachable, callback };
        if (answer.next === undefined) return { outcome: 'page', url: hop.url, place, ...answer, callback };
        from = { url: hop.url, place };
        hop = answer.next;
      }
      return { outcome: 'unreachable', reason: 'too-many-redirects', callback };
    },
  };

  async function ask(
    hop: Hop,
    from: URL | undefined,
  ): Promise<{ unreachable: string } | { status: number; text: string; next: Hop | undefined }> {
    const { url, form } = hop;
    const sameSiteContext = contextOf(hop, from);
    const cookie = await jar.getCookieString(url.href, { sameSiteContext });
    try {
      const response = await fetch(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          'user-agent': USER_AGENT,
          accept: 'text/html,*/*;q=0.5',
          'accept-language': 'en',
          ...(cookie !== '' && { cookie }),
          ...(form !== undefined && from !== undefined && { origin: from.origin }),
        },
        ...(form !== undefined && { body: form }),
        signal,
      });
      for (const line of response.headers.getSetCookie())
        await jar.setCookie(line, url.href, { ignoreError: true, sameSiteContext });
      const { text, next } = await readAnswer(response, hop);
      const answered = next === undefined ? String(response.status) : `${response.status} → ${lineOf(next)}`;
      note({ ...asked(hop), answered });
      return { status: response.status, text, next };
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      note({ ...asked(hop), answered: error.reason });
      return { unreachable: error.reason };
    }
  }
}

async function readAnswer(response: Response, { url, form }: Hop): Promise<{ text: string; next: Hop | undefined }> {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    const next = URL.parse(location, url.href);
    const keepsForm = response.status === 307 || response.status === 308;
    return { text: '', next: next === null ? undefined : { url: next, form: keepsForm ? form : undefined } };
  }
  const isMarkup = /html/i.test(response.headers.get('content-type') ?? '');
  const body = await response.text();
  if (!isMarkup) return { text: body, next: undefined };
  const { text, goesOn } = readPage(body);
  const next = goesOn && URL.parse(goesOn.address, url.href);
  if (goesOn === undefined || next === null || next === undefined) return { text, next: undefined };
  const fields = goesOn.fields?.map(({ name, value }): [string, string] => [name, value]);
  return { text, next: { url: next, form: fields && new URLSearchParams(fields) } };
}

/** What browsers do (RFC 6265bis section 5.2): a form that comes from another site brings no cookies that are Lax, a link does. */
function contextOf({ url, form }: Hop, from: URL | undefined): 'strict' | 'lax' | 'none' {
  if (from === undefined || siteOf(from) === siteOf(url)) return 'strict';
  return form === undefined ? 'lax' : 'none';
}

function siteOf({ protocol, hostname }: URL): string {
  return `${protocol}//${getDomain(hostname, { allowPrivateDomains: true }) ?? hostname}`;
}

function asked({ url, form }: Hop): Pick<ExchangeLine, 'asked' | 'posted'> {
  const method = form === undefined ? 'GET' : 'POST';
  return {
    asked: `${method} ${redactedAddress(url)}`,
    ...(form !== undefined && { posted: redactedParameters(form) }),
  };
}

function lineOf({ url, form }: Hop): string {
  return form === undefined ? redactedAddress(url) : `POST ${redactedAddress(url)}`;
}
