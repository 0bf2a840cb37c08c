import { sql } from 'kysely';
import * as oidc from 'openid-client';
import type { Page } from 'playwright-core';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { systemClock } from '#platform/clock.ts';
import { STUDENT } from '#tests/support/attached-world.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { connectSource, startClaimsSource } from '#tests/support/claims-source.ts';
import { startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

const FIREFOX = 'Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0';
const KINDS = ['state', 'non-state', 'payam-e-noor-and-other', 'subordinate-body', 'agency'];
const SERVICES = 60;

export type CitizensWindow = Awaited<ReturnType<typeof openWindow>>;

/** The citizen's window with something on every page: a catalogue, a board, and citizens who have what an account can have. */
export async function openWindow() {
  const outside = await startOutsideServices();
  const provider = await startProvider({ environment: outside.environment });
  const { services } = provider;
  const { people, database } = services;
  await sql`insert into organisations (id, name_fa, name_en, kind, stage)
    select 'u' || n, 'دانشگاه شمارهٔ ' || n, 'University number ' || n, (${KINDS}::text[])[1 + n % 5],
      case when n % 3 = 0 then 'connected' else 'not-begun' end
    from generate_series(1, 90) n`.execute(database);
  await sql`insert into relying_parties (client_id, organisation_id, name_fa, name_en, metadata, environment, security_profile, state)
    select 's' || n, 'u' || n, 'سامانهٔ یادگیری ' || n, 'Learning system ' || n,
      '{"initiate_login_uri": "https://learning.example/login", "redirect_uris": []}', 'production', 'default', 'active'
    from generate_series(1, ${SERVICES}::int) n`.execute(database);
  await sql`insert into sign_in_days select (now() at time zone 'Asia/Tehran')::date - n, 900 + n * 37 % 400
    from generate_series(1, 30) n`.execute(database);
  const university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: { initiate_login_uri: 'https://university.example/login' },
  });
  const source = await startClaimsSource(provider, { clientId: 'university', clock: systemClock });
  await connectSource(provider, source);
  const factors = createOwnFactors(provider, systemClock);
  const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';
  const find = (citizen: number) => people.citizens.findById(idOf(citizen));

  return {
    provider,
    idOf,
    find,

    /** Signed in at a university from a phone elsewhere, which was told what it may know. */
    async usesUniversity(citizen: number): Promise<void> {
      const browser = createBrowser({ userAgent: FIREFOX });
      const extra = { scope: 'openid profile phone offline_access', prompt: 'consent' };
      const tokens = await university.signIn({ browser, citizen, extra });
      const subject = tokens.claims()?.sub ?? '';
      await oidc.fetchUserInfo(university.config, tokens.access_token, subject);
      source.students.set(subject, STUDENT);
    },

    /** Every way to sign in, and a number that is about to be corrected: the registered one is the new one. */
    async hasEverything(citizen: number): Promise<{ newPhone: string }> {
      const citizenId = idOf(citizen);
      const newPhone = (await find(citizen))?.phone ?? '';
      const phone = readMobileNumber(`099900009${10 + citizen}`);
      if (phone === undefined) throw new Error('the test needs a mobile number');
      await people.citizens.changePhone(citizenId, {
        ...{ phone, identityLevel: 'registry-and-phone-matched', alongside: async () => undefined },
      });
      await factors.passkey(citizenId, { isSyncable: true });
      await factors.authenticator(citizenId);
      await factors.recoveryCodes(citizenId);
      await people.rememberedDevices.remember({ citizenId, userAgent: FIREFOX, network: '' });
      return { newPhone };
    },

    /** With password and a code by SMS, and at that page. */
    async signInStrongly(tab: Page, { citizen, to }: { citizen: number; to: string }): Promise<void> {
      const asked = new URLSearchParams({ to, acr: 'urn:panjereh:aal:2', max_age: '600' });
      await tab.goto(`${provider.issuer}/enter?${asked}`);
      await tab.fill('[name=national_code]', provider.citizens[citizen]?.nationalCode ?? '');
      await tab.fill('[name=password]', provider.password);
      await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
      await tab.click('form[action$="/sms/send"] button');
      await tab.fill('[name=code]', outside.codeFor((await find(citizen))?.phone ?? ''));
      await tab.click('form:has([name=code]) button[type=submit] >> nth=0');
      await tab.waitForURL(`${provider.issuer}${to}`);
    },

    async close(): Promise<void> {
      source.close();
      await provider.close();
      await outside.close();
    },
  };
}
