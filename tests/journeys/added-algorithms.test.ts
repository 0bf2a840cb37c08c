import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ageKeys, letScheduleAct } from '#tests/support/aged-keys.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider({ environment: { PANJEREH_KEY_WORKING_HOURS: 'always' } });
});
afterAll(() => provider.close());

test.each(['EdDSA', 'PS256'])(
  '%s is added by one act, signs once everybody has it, and openid-client verifies it',
  async (alg) => {
    const { signingKeys } = provider.services;
    expect((await signingKeys.addAlgorithm({ by: 'tests', alg })).outcome).toBe('done');
    const published = await (await fetch(`${provider.issuer}/jwks`)).text();
    expect(published).toContain(`"alg":"${alg}"`);
    expect(signingKeys.current().algorithms.map((it) => it.alg)).not.toContain(alg);
    await ageKeys(provider.services, alg, 15);
    await letScheduleAct(provider.services);
    const active = signingKeys.current().algorithms.find((it) => it.alg === alg)?.active.kid;
    expect(active).toBeDefined();
    const party = await createRelyingParty(provider, {
      clientId: `by-${alg.toLowerCase()}`,
      metadata: { id_token_signed_response_alg: alg },
    });
    Object.assign(party.config.clientMetadata(), { id_token_signed_response_alg: alg });
    const { enableNonRepudiationChecks } = await import('openid-client');
    // By default it trusts TLS at the token endpoint; so told, it fetches /jwks and checks the signature.
    enableNonRepudiationChecks(party.config);
    const { id_token: idToken = '' } = await party.signIn();
    expect(decodeProtectedHeader(idToken)).toMatchObject({ alg, kid: active });
  },
);
