import type { Role } from '#operators/permissions.ts';
import type { Clock } from '#platform/clock.ts';
import { type Browser, createBrowser, type Page } from './browser.ts';
import { createOwnFactors } from './own-factors.ts';
import type { TestProvider } from './provider.ts';
import { submitTo } from './sign-in-steps.ts';

/** A citizen with a passkey, and what they do in the console. */
export type TestOperator = {
  citizenId: string;
  /** From a page of the console through the sign-in and back to it; with this browser or a fresh one. */
  enter(options?: { browser?: Browser; to?: string }): Promise<{ browser: Browser; page: Page }>;
};

export type OperatorRole = { role: Role; organisationId?: string };

/** Gives one of the demo's active citizens a passkey and these roles. */
export async function createTestOperator(
  provider: TestProvider,
  { citizen, roles = [], clock }: { citizen: number; roles?: readonly OperatorRole[]; clock: Clock },
): Promise<TestOperator> {
  const citizenId = provider.citizens[citizen]?.id ?? '';
  const usePasskey = await createOwnFactors(provider, clock).passkey(citizenId);
  for (const role of roles) await grantRole(provider, { citizenId, ...role });
  const stayAt = provider.issuer;
  return {
    citizenId,
    async enter({ browser = createBrowser(), to = '/console' } = {}) {
      const page = await browser.open(`${provider.issuer}${to}`, { stayAt });
      if (!page.text.includes('id="passkey-offer"')) return { browser, page };
      const fields = { response: usePasskey(page) };
      return { browser, page: await submitTo(browser, page, { path: '/passkey', fields, stayAt }) };
    },
  };
}

export async function grantRole(
  { services }: TestProvider,
  { citizenId, role, organisationId }: OperatorRole & { citizenId: string },
): Promise<void> {
  const granted = await services.console.operators.grant({
    citizenId,
    role,
    ...(organisationId === undefined ? {} : { organisationId }),
    by: 'tests',
    why: 'for the test',
  });
  if (granted !== 'granted') throw new Error(`the role was not granted: ${granted}`);
}
