import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, waitUntil } from '#tests/support/processes.ts';
import type { TestRelyingParty } from '#tests/support/relying-party.ts';
import { prepareSite, type Site, startInstance } from './instances.ts';
import { type Load, startLoad } from './load.ts';
import { type Operator, openOperator } from './operator.ts';
import { startProxy, type TlsProxy } from './proxy.ts';

let site: Site;
let ports: [number, number];
let instances: RunningProcess[];
let proxy: TlsProxy;
let operator: Operator;
let university: TestRelyingParty;

beforeAll(async () => {
  [site, ports] = await Promise.all([prepareSite(), Promise.all([findFreePort(), findFreePort()])]);
  proxy = await startProxy({ folder: site.folder, port: site.proxyPort, instances: ports });
  setDefaultCACertificates([...getCACertificates(), proxy.certificate]);
  instances = await Promise.all(ports.map((port) => startInstance(site.environment, port)));
  operator = await openOperator(site);
  await waitUntil(async () => (await fetch(`${site.issuer}/healthz`)).ok, { what: 'the proxy to find an instance' });
  university = await operator.register('university');
}, 120_000);
afterAll(async () => {
  await operator?.close();
  await Promise.all([proxy?.process, ...(instances ?? [])].map((running) => running?.stop()));
  await site?.close();
});

/** One after the other, as an operator brings in a new version: end it, start it, wait until the proxy sends people to it. */
async function restartEach(signal: 'SIGTERM' | 'SIGKILL', load: Load): Promise<number[]> {
  const codes: number[] = [];
  for (const [which, port] of ports.entries()) {
    await someMore(load);
    instances[which]?.signal(signal);
    codes.push((await instances[which]?.exited) ?? -1);
    instances[which] = await startInstance(site.environment, port);
    await waitUntil(() => isUsed(port), { what: `the proxy to send people to ${port}` });
  }
  await someMore(load);
  return codes;
}

/** Work goes on: a fixed number of answers more, however slow the machine is. */
async function someMore(load: Load): Promise<void> {
  const enough = load.answered().token + 20;
  await waitUntil(() => load.answered().token >= enough || load.failures.length > 50, { what: 'the load to go on' });
}

/** Its own count of requests answered says that the proxy trusts it again. */
async function isUsed(port: number): Promise<boolean> {
  const instance = instances[ports.indexOf(port)];
  return /"route":"\/(auth|token|introspect)"/.test(instance?.output() ?? '');
}

test('both instances are restarted one after the other under load, and no request fails', async () => {
  const load = await startLoad(university);
  const codes = await restartEach('SIGTERM', load);
  await load.stop();
  expect(codes).toEqual([0, 0]);
  expect(load.failures).toEqual([]);
  const { introspection, ...others } = load.answered();
  expect(Math.min(...Object.values(others))).toBeGreaterThan(60);
  expect(introspection).toBeGreaterThan(20);
}, 90_000);

test('the control: instances that are killed instead do lose requests, so the load would have noticed', async () => {
  const load = await startLoad(university);
  const codes = await restartEach('SIGKILL', load);
  await load.stop();
  expect(codes).toEqual([128, 128]);
  // Those half sent at the least; what never reached the killed instance went to the other one.
  expect(load.failures.filter((failure) => failure.startsWith('introspection')).length).toBeGreaterThan(0);
}, 90_000);
