import { createLog } from '#platform/log.ts';
import { DEMO_CITIZENS, DEMO_PASSWORD } from '#root/commands/demo-citizens.ts';
import { seedDemoCitizens } from '#root/commands/seed-citizens.ts';
import { createServices, type Services } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import type { Site } from './instances.ts';

/** One more instance, without a door: what operators change through it, the instances in the processes must learn. */
export type Operator = {
  services: Services;
  /** Active ones, in the order of the demo. */
  citizens: { id: string; nationalCode: string }[];
  password: string;
  register(clientId: string): Promise<TestRelyingParty>;
  close(): Promise<void>;
};

export async function openOperator({ environment, issuer }: Site): Promise<Operator> {
  const services = await createServices(readSettings(environment), { log: createLog({ level: 'silent' }) });
  await seedDemoCitizens(services.people);
  const found = await Promise.all(
    DEMO_CITIZENS.filter(({ state }) => state === 'active').map(async ({ nationalCode }) => {
      const citizen = await services.people.citizens.findByNationalCode(
        nationalCode as Parameters<typeof services.people.citizens.findByNationalCode>[0],
      );
      return citizen === undefined ? [] : [{ id: citizen.id, nationalCode, givenName: '', familyName: '' }];
    }),
  );
  const citizens = found.flat();

  return {
    services,
    citizens,
    password: DEMO_PASSWORD,
    register: (clientId) =>
      createRelyingParty(
        { issuer, citizens, password: DEMO_PASSWORD, register: () => save(services, clientId) },
        { clientId },
      ),
    close: () => services.close(),
  };
}

async function save({ registry }: Services, clientId: string): Promise<void> {
  const name = { fa: 'دانشگاه آزمون', en: 'University of the test' };
  const named = { fa: `${name.fa} ${clientId}`, en: `${name.en} ${clientId}` };
  await registry.organisations.save({ id: clientId, name: named, kind: 'state', stage: 'connected' });
  const saved = await registry.relyingParties.save({
    clientId,
    organisationId: clientId,
    name,
    environment: 'production',
    securityProfile: 'default',
    state: 'active',
    clientSecret: SECRET,
    agreement: {
      claims: ['given_name', 'family_name'].map((claim) => ({
        claim,
        purpose: { fa: 'برای آزمون', en: 'for the test' },
        required: true,
      })),
      scopes: ['openid', 'profile', 'offline_access'],
    },
    metadata: {
      redirect_uris: ['https://university.example/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
    },
  });
  if (saved.outcome === 'refused') throw new Error(JSON.stringify(saved.faults));
}
