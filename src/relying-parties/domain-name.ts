import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import { hasBidiControls, normaliseDigits, normaliseLetters } from '#platform/persian-text.ts';

export type DomainFault =
  | 'missing'
  | 'not-a-domain'
  /** A number names a machine, and whoever has it may change tomorrow. */
  | 'an-address'
  /** `ir` alone. */
  | 'too-short'
  /** Many own something below it: `ac.ir`, `co.uk`, and what hosting companies hand out to everybody. */
  | 'public-suffix'
  /** Nobody can look it up from here: `localhost`, `.internal`, `.example` (RFC 6761). */
  | 'not-public';

type ReadDomain = { outcome: 'read'; domain: string } | { outcome: 'refused'; reason: DomainFault };

/** RFC 1035 section 2.3.4. */
const LONGEST = 253;
/** RFC 1123 section 2.1, after RFC 5891 has made ASCII of it. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * One form for one domain, before it is compared or looked up: lower case, ASCII (RFC 5891), Persian letters and ASCII
 * digits however they were typed, no dot at the end.
 */
export function readDomain(typed: string): ReadDomain {
  const refused = (reason: DomainFault): ReadDomain => ({ outcome: 'refused', reason });
  const text = typed.trim();
  if (text === '') return refused('missing');
  if (text.length > LONGEST || hasBidiControls(text)) return refused('not-a-domain');
  const folded = normaliseLetters(normaliseDigits(text)).replace(/\.$/, '');
  // An address stands here in brackets, in hexadecimal or short: all of them are made the same by what comes next.
  if (isIP(folded.replace(/^\[|\]$/g, '')) !== 0) return refused('an-address');
  if (/[\s/\\:@?#%*[\]]/.test(folded)) return refused('not-a-domain');
  const domain = domainToASCII(folded).toLowerCase();
  if (isIP(domain) !== 0) return refused('an-address');
  if (domain.length > LONGEST || domain === '') return refused('not-a-domain');
  if (domain === 'localhost') return refused('not-public');
  if (!domain.includes('.')) return refused('too-short');
  if (!HOST.test(domain)) return refused('not-a-domain');
  const { domain: registrable, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  if (isIcann !== true && isPrivate !== true) return refused('not-public');
  return registrable === null ? refused('public-suffix') : { outcome: 'read', domain };
}
