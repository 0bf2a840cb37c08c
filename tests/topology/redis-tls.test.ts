import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBinary } from '#tests/support/binaries.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { makeCertificate } from '#tests/support/certificate.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

/** A Redis that speaks TLS alone, with a certificate that nobody trusts until they are told to. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let redis: RunningProcess;
let redisUrl: string;
let certificate: string;

beforeAll(async () => {
  folder = await temporaryFolder('redis-tls');
  certificate = makeCertificate(folder.path);
  const port = await findFreePort();
  redis = await startProcess({
    command: findBinary('redis-server'),
    args: [
      ...['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--dir', folder.path],
      ...['--tls-cert-file', `${folder.path}/tls.crt`, '--tls-key-file', `${folder.path}/tls.key`],
      ...['--tls-ca-cert-file', `${folder.path}/tls.crt`, '--tls-auth-clients', 'no'],
      ...['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
    ],
    ready: /Ready to accept connections/,
  });
  redisUrl = `rediss://localhost:${port}`;
});
afterAll(async () => {
  await redis?.stop();
  await folder?.remove();
});

test('a certificate that nobody vouches for is refused, and so is speaking in clear', async () => {
  for (const url of [redisUrl, redisUrl.replace('rediss:', 'redis:')]) {
    const stores = { databaseUrl: await migratedDatabase(), redisUrl: url };
    await expect(startProvider({ stores }), url).rejects.toThrow(/Redis/);
  }
}, 60_000);

test('with the certificate trusted, a citizen signs in and is known again', async () => {
  setDefaultCACertificates([...getCACertificates(), certificate]);
  const provider = await startProvider({ stores: { databaseUrl: await migratedDatabase(), redisUrl } });
  const university = await createRelyingParty(provider, { clientId: 'university' });
  const browser = createBrowser();
  expect((await university.signIn({ browser })).claims()?.sub).toMatch(/./);
  const { url } = await university.begin({ prompt: 'none' });
  expect((await browser.open(url, { stayAt: provider.issuer })).leadsTo).toContain('code=');
  await provider.close();
}, 60_000);
