import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type ApiService, createApiService } from '#tests/support/api-service.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

/** U+0000 is in no text that PostgreSQL keeps: whoever sends one is told that it is their fault, not ours. */
let provider: TestProvider;
let browser: Browser;
let service: ApiService;
beforeAll(async () => {
  provider = await startProvider();
  service = await createApiService(provider, { clientId: 'service' });
  const roles = [{ role: 'ministry' }] as const;
  browser = (await (await createTestOperator(provider, { citizen: 0, roles, clock: systemClock })).enter()).browser;
}, 60_000);
afterAll(() => provider.close());

const open = async (path: string) =>
  (await browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer })).status;

test.each([
  ['/console/organisations/%00', '/console/organisations/service'],
  ['/console/organisations?q=%00', '/console/organisations?q=service'],
  ['/console/relying-parties/%00', '/console/relying-parties/service'],
  ['/console/relying-parties?q=a%00b', '/console/relying-parties?q=ab'],
  ['/console/relying-parties?organisation=%00', '/console/relying-parties?organisation=service'],
  ['/console/operators?organisation=%00', '/console/operators?organisation=service'],
])('in the address of a page: %s is a bad request, and %s is none', async (hostile, honest) => {
  expect(await open(hostile)).toBe(400);
  expect(await open(honest)).toBe(200);
});

test('in a form', async () => {
  const send = async (why: string) => {
    const page = await browser.open(`${provider.issuer}/console/organisations/service`);
    const fields = { stage: 'suspended', why };
    return (await submitTo(browser, page, { path: '/stage', fields, stayAt: provider.issuer })).status;
  };
  expect(await send('a\u0000b')).toBe(400);
  expect(await provider.services.approvals.list()).toEqual([]);
  expect(await send('a b')).toBe(200);
  expect(await provider.services.approvals.list()).toHaveLength(1);
});

test('in an address of the API, and in what it is sent', async () => {
  const statusOf = async (path: string) => (await service.call('GET', path)).status;
  expect(await statusOf('/relying-parties/%00')).toBe(404);
  expect(await statusOf('/relying-parties?search=%00')).toBe(400);
  expect(await statusOf('/relying-parties?search=service')).toBe(200);
  const suspend = async (why: string) =>
    (await service.call('POST', '/relying-parties/service/suspension', { body: { why } })).status;
  expect(await suspend('a\u0000b')).toBe(400);
  expect(await suspend('a\\\\\u0000b')).toBe(400);
  // The six characters that stand for it are letters like others.
  expect(await suspend('a\\u0000b')).toBeLessThan(300);
});
