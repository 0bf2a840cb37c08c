import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

type PresentedToken = { scheme: 'bearer' | 'dpop'; token: string };

/** One scheme, one space, and a JWT in its compact form, as it is written and in no other way (RFC 6750 section 2.1, RFC 9449 section 7.1). */
const GRAMMAR = /^(Bearer|DPoP) ([\w-]{1,4000}\.[\w-]{1,8000}\.[\w-]{1,4000})$/i;

/** Only the header counts: nothing in the address, in the body or in a cookie is looked at. */
export function readAuthorization(request: IncomingMessage): PresentedToken {
  const given = valuesOf(request, 'authorization');
  if (given.length === 0) throw new Problem('token-missing');
  const [, scheme = '', token = ''] = GRAMMAR.exec(given.length === 1 ? (given[0] ?? '') : '') ?? [];
  if (token === '' || !token.split('.').every(isCanonical)) throw new Problem('token-invalid');
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token };
}

/** Every value of a header: Node keeps the first of two and tells nobody. */
export function valuesOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): string[] {
  return rawHeaders.filter((_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

/** Bits that base64url leaves over may be anything for a decoder; two texts for one token would be two names for it. */
function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
