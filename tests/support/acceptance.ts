import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { createOutboundFetch } from '#platform/http/outbound.ts';
import type { Case, CaseResult } from '#relying-parties/acceptance/case.ts';
import { isUnderWay, type RunWithResults } from '#relying-parties/acceptance/run.ts';
import { subjectOf } from '#relying-parties/acceptance/subject.ts';
import { tryRelyingParty } from '#relying-parties/acceptance/try-relying-party.ts';
import { createCarelessApp } from '../../demo/careless/app.ts';
import type { Flaw } from '../../demo/careless/flaws.ts';
import type { TestProvider } from './provider.ts';

const CARELESS_SECRET = 'a-secret-of-a-careless-university-of-more-than-32-characters';
/** On a busy machine; alone it is a few seconds. */
const RUN_WITHIN = 100_000;

/** From asking for a run until it has ended. */
export async function runToEnd({ services }: TestProvider, clientId: string): Promise<RunWithResults> {
  const started = await services.acceptance.runs.start({ clientId, by: 'tests' });
  if (started.outcome !== 'started') throw new Error(`no run of ${clientId} was started: ${started.outcome}`);
  return endOf({ services }, started.run.id);
}

export async function endOf({ services }: Pick<TestProvider, 'services'>, runId: string): Promise<RunWithResults> {
  const find = async () => {
    const run = await services.acceptance.runs.find(runId);
    if (run === undefined) throw new Error(`there is no run ${runId}`);
    return run;
  };
  await expect.poll(async () => isUnderWay(await find()), { timeout: RUN_WITHIN, interval: 50 }).toBe(false);
  return find();
}

export async function setUp(
  { services }: TestProvider,
  { clientId, url, startPath = '/login' }: { clientId: string; url: string; startPath?: string },
): Promise<void> {
  const setup = { startUrl: `${url}${startPath}`, signedInUrl: `${url}/me` };
  const saved = await services.acceptance.setups.save({ clientId, by: 'tests', setup });
  if (saved.outcome !== 'saved') throw new Error(`the setup of ${clientId} is not taken: ${JSON.stringify(saved)}`);
}

export type Careless = {
  clientId: string;
  url: string;
  flaws: Set<Flaw>;
  requests: string[];
  cookies: string[];
  close(): void;
};

/** The careless university in this process, so that its flaws can be changed between two runs. */
export async function startCareless(provider: TestProvider, { clientId }: { clientId: string }): Promise<Careless> {
  const flaws = new Set<Flaw>();
  const requests: string[] = [];
  const cookies: string[] = [];
  let listener: RequestListener | undefined;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    cookies.push(request.headers.cookie ?? '');
    listener?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  await provider.register({
    clientId,
    clientSecret: CARELESS_SECRET,
    metadata: {
      redirect_uris: [`${url}/callback`],
      backchannel_logout_uri: `${url}/backchannel-logout`,
      token_endpoint_auth_method: 'client_secret_basic',
    },
  });
  const settings = {
    port,
    url,
    issuer: provider.services.acceptance.issuers.issuerOf(clientId),
    clientId,
    clientSecret: CARELESS_SECRET,
    acr: 'urn:panjereh:aal:2',
  };
  const { now } = provider.services.clock;
  listener = createCarelessApp({ settings, ignores: (flaw) => flaws.has(flaw), now }).callback();
  await setUp(provider, { clientId, url });
  return {
    clientId,
    url,
    flaws,
    requests,
    cookies,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function failedCases({ results }: Pick<RunWithResults, 'results'>): string[] {
  return results.filter(({ verdict }) => verdict === 'failed').map(({ caseId }) => caseId);
}

/** These cases alone, the honest one among them, without a run that is kept. */
export async function tryCases(
  { services }: TestProvider,
  clientId: string,
  cases: readonly Case[],
): Promise<{ results: readonly CaseResult[] }> {
  const relyingParty = await services.registry.relyingParties.find(clientId);
  const setup = await services.acceptance.setups.find(clientId);
  if (relyingParty === undefined || setup === undefined) throw new Error(`${clientId} is not set up`);
  const fetch = createOutboundFetch({ allowPrivateAddresses: true, isBrowser: true });
  const results: CaseResult[] = [];
  await tryRelyingParty(subjectOf(relyingParty, setup), {
    issuer: services.acceptance.issuers,
    fetch,
    signal: new AbortController().signal,
    onResult: async (result) => void results.push(result),
    cases,
  });
  await fetch.close();
  return { results };
}
