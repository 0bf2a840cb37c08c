import type { Provider } from 'oidc-provider';
import { readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { PROTOCOL_PATHS } from './configuration.ts';

/**
 * A relying party may send the browser here by a form, too (OpenID Connect Core 1.0 section 3.1.2.1, RP-Initiated Logout 1.0
 * section 2). Such a post comes from another site, so our SameSite=Lax cookies stay at home, and nobody would seem
 * to be signed in. It is answered with the same request by GET, which is a step of ours that brings the cookies along.
 * Nothing is judged here: the library sees the same parameters, the doubled ones among them.
 */
export function acceptPostedRequests(provider: Provider): void {
  provider.use(async (ctx, next) => {
    if (ctx.method !== 'POST' || !TAKES_POSTS.has(ctx.path)) return next();
    const posted = (await readForm(ctx)).encoded();
    const query = [ctx.querystring, posted].filter((part) => part !== '').join('&');
    const address = query === '' ? ctx.path : `${ctx.path}?${query}`;
    if (address.length > LONGEST_ADDRESS) throw new Refusal('too-large', 413);
    ctx.status = 303;
    ctx.redirect(address);
  });
}

const TAKES_POSTS: ReadonlySet<string> = new Set([PROTOCOL_PATHS.authorization, PROTOCOL_PATHS.end_session]);

/**
 * Octets. RFC 9110 section 4.1 asks everybody on the way to carry addresses of at least 8,000; some proxies carry no more. A
 * longer request is for /par.
 */
const LONGEST_ADDRESS = 8000;
