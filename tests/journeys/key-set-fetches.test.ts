import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
  await createRelyingParty(provider, { clientId: 'university' });
  // As it does by itself within seconds.
  await provider.services.changeFeed.poll();
});
afterAll(() => provider.close());

test('a fetch over HTTP is counted for the relying party it names, an unknown name is answered and not kept', async () => {
  const { exposure, signingKeys } = provider.services;
  await exposure.flush();
  const headers = { 'user-agent': 'python-requests/2.31.0' };
  const answers = await Promise.all(
    ['/jwks', '/jwks/university', '/jwks/nobody'].map((path) => fetch(`${provider.issuer}${path}`, { headers })),
  );
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  await exposure.flush();
  const seen = await signingKeys.exposure({ readers: await exposure.listReaders() });
  expect(seen?.relyingParties).toMatchObject([{ clientId: 'university', knownBy: 'own-url', mayTrustIt: false }]);
  expect(seen?.relyingParties[0]?.hasItSince).toBeDefined();
  expect(seen?.unnamed).toMatchObject([{ userAgent: 'python-requests/2', network: '127.0.0.0/24', fetches: 2 }]);
});

test('a longer cache for one relying party is promised while the windows allow it, and refused beyond', async () => {
  const save = (seconds: number) =>
    createRelyingParty(provider, { clientId: 'patient', metadata: { jwks_cache_seconds: seconds } });
  await expect(save(30 * 24 * 3600)).rejects.toThrow('longer-than-propagation');
  await expect(save(72 * 3600)).resolves.toBeDefined();
});
