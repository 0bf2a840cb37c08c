import { Resolver } from 'node:dns/promises';
import { SECOND } from '#platform/durations.ts';
import { type OutboundFetch, OutboundRefused } from '#platform/http/outbound.ts';
import type { ProofMethod } from './organisation.ts';

/** Why the proof was not found in one of the two places. Only the first three are the domain's own answer. */
export type ProofMissing = 'nothing-there' | 'another-value' | 'answered-with-an-error' | 'unreachable';

/** TXT records of a name, each in its parts (RFC 1035 section 3.3.14). @throws an error with the code of node:dns */
type ResolveTxt = (name: string) => Promise<string[][]>;

/** What an organisation publishes, and where. */
export type PublishedProof = {
  dns: { name: string; value: string };
  file: { url: string; content: string };
};

type Needs = { resolveTxt: ResolveTxt; fetch: OutboundFetch };

/** Long enough for a resolver that has to ask abroad; a person waits for the answer. */
const TIMEOUT = 3 * SECOND;
/** Nobody has more at a name that is ours alone; a list of thousands is not read through. */
const MOST_RECORDS = 50;
/** RFC 8615: names below it are for programs that look for something known. */
const WELL_KNOWN = '/.well-known/panjereh-domain.txt';
/** An underscore keeps it apart from every host (RFC 8552). */
const RECORD_LABEL = '_panjereh';
/** node:dns, for a name that is not there and for one without such a record. */
const ABSENT: readonly unknown[] = ['ENOTFOUND', 'ENODATA'];

export function publishedProof({ domain, token }: { domain: string; token: string }): PublishedProof {
  const value = `panjereh-domain=${token}`;
  return {
    dns: { name: `${RECORD_LABEL}.${domain}`, value },
    file: { url: `https://${domain}${WELL_KNOWN}`, content: value },
  };
}

/** @param servers addresses of resolvers with a port, such as `10.0.0.53:53`; those of the machine when there are none */
export function createResolveTxt(servers: readonly string[] = []): ResolveTxt {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return (name) => resolver.resolveTxt(name);
}

export type DomainLookups = ReturnType<typeof createDomainLookups>;

/** Looks where a proof should be. Undefined when it is there. */
export function createDomainLookups({ resolveTxt, fetch }: Needs) {
  return {
    find(method: ProofMethod, published: PublishedProof): Promise<ProofMissing | undefined> {
      return method === 'dns' ? lookInDns(published.dns) : lookForFile(published.file);
    },
  };

  async function lookInDns({ name, value }: PublishedProof['dns']): Promise<ProofMissing | undefined> {
    try {
      const records = (await resolveTxt(name)).slice(0, MOST_RECORDS).map((parts) => parts.join('').trim());
      if (records.includes(value)) return undefined;
      return records.length === 0 ? 'nothing-there' : 'another-value';
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return ABSENT.includes(code) ? 'nothing-there' : 'unreachable';
    }
  }

  async function lookForFile({ url, content }: PublishedProof['file']): Promise<ProofMissing | undefined> {
    try {
      const response = await fetch(url);
      if (response.status === 404 || response.status === 410) return 'nothing-there';
      if (response.status !== 200) return 'answered-with-an-error';
      return (await response.text()).trim() === content ? undefined : 'another-value';
    } catch (error) {
      // It answered, and what it said is nothing that we follow or read.
      if (error instanceof OutboundRefused && ['redirect', 'too-large', 'encoded'].includes(error.reason))
        return 'another-value';
      return 'unreachable';
    }
  }
}
