import { cast } from './cast.ts';
import type { Exchange, Reply } from './exchange.ts';
import type { Operation } from './generate.ts';
import type { Side } from './side.ts';
import type { KeySet } from './single-sign-on.ts';
import { newAuthorizationRequest, readCode, redeem, verifyIdToken } from './single-sign-on.ts';

/** A sign-in has five answers; more than this is a loop. */
const MOST_STEPS = 12;

/**
 * W3: a browser that never was here signs in with national code and password: the redirect to the form, the form with
 * its csrf field, the post, the way back, and the code redeemed. Each from another address, as people are.
 */
export function passwordSignIn({
  side,
  exchange,
  keySet,
}: {
  side: Side;
  exchange: Exchange;
  keySet: KeySet;
}): Operation {
  let next = 0;
  return async () => {
    const visit = next++;
    const nationalCode = side.nationalCodes[visit % side.nationalCodes.length] ?? '';
    const browser = createBrowser({
      side,
      exchange,
      address: `10.${(visit >> 16) & 255}.${(visit >> 8) & 255}.${visit & 255}`,
    });
    const request = newAuthorizationRequest('es256');
    const location = await browser.walk(request.path, {
      national_code: nationalCode,
      password: cast.password,
      decision: 'allow',
    });
    const code = readCode(location, { side, state: request.state });
    const tokens = await redeem({ exchange, algorithm: 'es256', code, verifier: request.verifier });
    await verifyIdToken(tokens, { side, keySet, algorithm: 'es256', nonce: request.nonce });
  };
}

/** Follows redirects and fills in forms until it is sent to the relying party; answers that address. */
function createBrowser({ side, exchange, address }: { side: Side; exchange: Exchange; address: string }) {
  const jar = new Map<string, string>();

  async function ask(path: string, form?: Record<string, string>): Promise<Reply> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'x-forwarded-for': address, 'accept-language': 'fa', ...(cookie === '' ? {} : { cookie }) };
    const reply = await exchange.send(
      form === undefined ? { method: 'GET', path, headers } : { method: 'POST', path, headers, form },
    );
    for (const set of reply.setCookies) keepCookie(jar, set);
    return reply;
  }

  return {
    async walk(start: string, answers: Record<string, string>): Promise<string> {
      let reply = await ask(start);
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (reply.location?.startsWith(cast.redirectUri)) return reply.location;
        if (reply.location !== undefined) {
          const { pathname, search } = new URL(reply.location, side.issuer);
          reply = await ask(pathname + search);
          continue;
        }
        if (reply.status !== 200) throw new Error(`sign-in: ${reply.status} ${textOf(reply.body)}`);
        const form = readForm(reply.body, answers);
        reply = await ask(form.action, form.fields);
      }
      throw new Error('sign-in: it does not end');
    },
  };
}

function keepCookie(jar: Map<string, string>, set: string): void {
  const [pair = '', ...attributes] = set.split('; ');
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const isOver = value === '' || attributes.some((attribute) => /^expires=.*1970/i.test(attribute));
  if (isOver) jar.delete(name);
  else jar.set(name, value);
}

/** The first form of the page that asks for one of the answers; its hidden fields are kept as they are. */
function readForm(page: string, answers: Record<string, string>): { action: string; fields: Record<string, string> } {
  for (const [, attributes = '', content = ''] of page.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    const fields: Record<string, string> = {};
    let isAsked = false;
    for (const [tag] of content.matchAll(/<(?:input|button)\b[^>]*>/g)) {
      const name = attribute(tag, 'name');
      if (name === undefined) continue;
      if (attribute(tag, 'type') === 'hidden') fields[name] = attribute(tag, 'value') ?? '';
      const answer = answers[name];
      if (answer === undefined) continue;
      fields[name] = answer;
      isAsked = true;
    }
    if (isAsked) return { action: attribute(attributes, 'action') ?? '', fields };
  }
  throw new Error(`sign-in: no form to fill in: ${textOf(page)}`);
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}

function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
