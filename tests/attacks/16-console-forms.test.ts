import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleRoute } from '#console/console-route.ts';
import { ROLES } from '#operators/permissions.ts';
import { systemClock } from '#platform/clock.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { addressOfRow, askConsole, consoleRowsOf, formTokenIn } from '#tests/support/console-walk.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/** Another site, or another operator, makes somebody with every role post what they never meant. */
const OWN = 'own-university';
let provider: TestProvider;
let posts: ConsoleRoute[];
let victim: { browser: Browser; csrf: string };
let attacker: { browser: Browser; csrf: string };
beforeAll(async () => {
  provider = await startProvider();
  await createRelyingParty(provider, { clientId: OWN });
  posts = consoleRowsOf(provider).filter(({ method }) => method === 'POST');
  const roles = ROLES.map((role) => (role === 'university-staff' ? { role, organisationId: OWN } : { role }));
  const enter = async (citizen: number) => {
    const of = await createTestOperator(provider, { citizen, roles, clock: systemClock });
    const { browser, page } = await of.enter();
    return { browser, csrf: formTokenIn(page.text) };
  };
  victim = await enter(0);
  attacker = await enter(1);
}, 120_000);
afterAll(() => provider.close());

type Forged = { csrf?: string; headers?: Record<string, string> };

/** What every form of the console answers to this, by its path; the sign-out is beside the table. */
async function postEverywhere({ csrf, headers }: Forged): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (const path of [...posts.map((row) => addressOfRow(row, OWN)), '/console/sign-out'])
    answers[path] = (
      await askConsole(provider, path, {
        ...{ method: 'POST', browser: victim.browser, csrf },
        ...(headers === undefined ? {} : { headers }),
      })
    ).status;
  return answers;
}

describe('no form of the console is taken', () => {
  const forged: [string, () => Forged][] = [
    ['without a token', () => ({})],
    ['with an empty token', () => ({ csrf: '' })],
    ['with a token of the right length', () => ({ csrf: 'A'.repeat(43) })],
    ["with the token of the attacker's own session, with the same roles", () => ({ csrf: attacker.csrf })],
    ...['cross-site', 'same-site'].map((site): [string, () => Forged] => [
      `from ${site} with the right token and every cookie`,
      () => ({ csrf: victim.csrf, headers: { 'sec-fetch-site': site } }),
    ]),
    [
      'from another origin with the right token and every cookie',
      () => ({ csrf: victim.csrf, headers: { origin: 'https://evil.example' } }),
    ],
  ];
  test.each(forged)('%s', async (_name, of) => {
    const answers = await postEverywhere(of());
    expect(Object.keys(answers).length).toBeGreaterThan(20);
    for (const [path, status] of Object.entries(answers)) expect(status, path).toBe(403);
  });
});

test('control: from a page of the same session every one of them is let through, and the sign-out ends the session', async () => {
  expect((await askConsole(provider, '/console', { browser: victim.browser })).status).toBe(200);
  for (const [path, status] of Object.entries(await postEverywhere({ csrf: victim.csrf }))) {
    expect(status, path).not.toBe(403);
    expect(status, path).toBeLessThan(500);
  }
  expect((await askConsole(provider, '/console', { browser: victim.browser })).status).toBe(303);
});
