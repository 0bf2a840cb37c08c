/**
 * The only way this project makes markup. Everything put into a template is escaped unless it is Html
 * already, and the places where escaping is not enough (unquoted attributes, addresses) refuse to render.
 */

/** Markup that is safe to send: made by the `html` tag alone. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

export type Renderable = Html | string | number | false | undefined | readonly Renderable[];

/** A template was written, or filled, in a way that escaping cannot make safe. */
export class UnsafeMarkup extends Error {
  override name = 'UnsafeMarkup';
}

export function html(literals: TemplateStringsArray, ...values: readonly Renderable[]): Html {
  let markup = literals[0] ?? '';
  for (const [index, value] of values.entries()) {
    markup += fill(literals[index] ?? '', value) + (literals[index + 1] ?? '');
  }
  return new Html(markup);
}

export function renderDocument(document: Html): string {
  return `<!doctype html>\n${document}\n`;
}

/** Attribute names are ours, values may be anybody's; `true` makes a bare attribute, undefined and false none. */
export function attributes(pairs: Readonly<Record<string, string | number | boolean | undefined>>): Html {
  const written = Object.entries(pairs).map(([name, value]) => {
    if (!/^[a-z][a-z-]*$/.test(name) || /^(on|style$|srcdoc$)/.test(name)) {
      throw new UnsafeMarkup(`the attribute ${name} is never rendered`);
    }
    if (value === undefined || value === false) return '';
    if (value === true) return ` ${name}`;
    return ` ${name}="${isAddressAttribute(name) ? address(String(value)) : escapeText(String(value))}"`;
  });
  return new Html(written.join(''));
}

/**
 * The address if a page may lead there: https anywhere, http to this machine (demo services), a path of ours, or an
 * authenticator app, which only ever takes a key in.
 * undefined for everything else, so that the caller leaves the link out.
 */
export function safeHref(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  if (/^#[\w-]+$/.test(raw)) return raw;
  // Browsers read a backslash as a slash and drop tabs and line breaks, so "/\evil" and "/\t/evil" leave the site.
  if (hasControlOrBackslash(raw)) return undefined;
  if (raw.startsWith('/')) return raw.startsWith('//') ? undefined : raw;
  const url = URL.parse(raw);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return raw;
  if (url.protocol === 'otpauth:') return url.host === 'totp' ? raw : undefined;
  return url.protocol === 'http:' && isLoopback(url.hostname) ? raw : undefined;
}

function fill(before: string, value: Renderable): string {
  if (before.endsWith('=')) throw new UnsafeMarkup('an attribute value stands without quotes');
  const attribute = /\s([a-z-]+)="$/.exec(before)?.[1];
  if (attribute !== undefined && isAddressAttribute(attribute)) return address(render(value, String));
  return render(value, escapeText);
}

function render(value: Renderable, write: (text: string) => string): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return write(String(value));
  return value.map((each) => render(each, write)).join('');
}

function isAddressAttribute(name: string): boolean {
  return ['href', 'src', 'action', 'formaction'].includes(name);
}

function address(raw: string): string {
  const safe = safeHref(raw);
  if (safe === undefined) throw new UnsafeMarkup('an address leads where no page of ours leads');
  return escapeText(safe);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function hasControlOrBackslash(text: string): boolean {
  return [...text].some((char) => char <= ' ' || char === '\\' || char === '\u007f');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (char) => entities[char] ?? '');
}
