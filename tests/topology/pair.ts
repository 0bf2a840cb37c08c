import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, waitUntil } from '#tests/support/processes.ts';
import type { TestRelyingParty } from '#tests/support/relying-party.ts';
import { type Environment, prepareSite, type Site, startInstance } from './instances.ts';
import { type Operator, openOperator } from './operator.ts';
import { startProxy, type TlsProxy } from './proxy.ts';

/** The shape of production: two instances behind the TLS proxy, on a Redis and a PostgreSQL of their own. */
export type Pair = {
  site: Site;
  proxy: TlsProxy;
  ports: readonly [number, number];
  instances: [RunningProcess, RunningProcess];
  operator: Operator;
  university: TestRelyingParty;
  /** An instance itself, past the proxy. */
  at(instance: 0 | 1): string;
  /** Starts this one anew, on its port. */
  start(instance: 0 | 1): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  /** What this instance is told otherwise than the other one. */
  changeEnvironment?: (about: { instance: 0 | 1; site: Site }) => Promise<Environment>;
};

export async function startPair({ changeEnvironment = async () => ({}) }: Options = {}): Promise<Pair> {
  const [site, one, two] = await Promise.all([prepareSite(), findFreePort(), findFreePort()]);
  const ports = [one, two] as const;
  const proxy = await startProxy({ folder: site.folder, port: site.proxyPort, instances: ports });
  setDefaultCACertificates([...getCACertificates(), proxy.certificate]);
  const changes = await Promise.all(([0, 1] as const).map((instance) => changeEnvironment({ instance, site })));
  const start = (instance: 0 | 1) => startInstance({ ...site.environment, ...changes[instance] }, ports[instance]);
  const instances: Pair['instances'] = [await start(0), await start(1)];
  const operator = await openOperator(site);
  await waitUntil(async () => (await fetch(`${site.issuer}/healthz`)).ok, { what: 'the proxy to find an instance' });
  const university = await operator.register('university');

  return {
    site,
    proxy,
    ports,
    instances,
    operator,
    university,
    at: (instance) => `http://127.0.0.1:${ports[instance]}`,
    async start(instance) {
      instances[instance] = await start(instance);
    },
    async close() {
      await operator.close();
      await Promise.all([proxy.process, ...instances].map((running) => running.stop()));
      await site.close();
    },
  };
}
