import type { Organisations } from '#relying-parties/organisations.ts';
import type { RelyingParties } from '#relying-parties/relying-parties.ts';
import type { AgreedClaim, RelyingPartyDraft } from '#relying-parties/relying-party.ts';
import type { Resources } from '#relying-parties/resources-store.ts';
import { demoInstitutions } from './demo-institutions.ts';
import { demoOrganisations } from './seed-organisations.ts';

type Stores = {
  organisations: Organisations;
  relyingParties: Pick<RelyingParties, 'list' | 'save'>;
  resources: Resources;
};

/** Public knowledge, like everything in the demo: PANJEREH_DEMO is refused in production. */
export const DEMO_SECRETS = {
  universityTwo: 'demo-university-two-secret-known-to-everybody',
  service: 'demo-grades-service-secret-known-to-everybody',
} as const;

export const DEMO_RESOURCE = 'https://api.demo-university-one.example';

/** For the embedded default alone. Adds what is absent and leaves alone what somebody has changed since. */
export async function seedRelyingParties({ organisations, relyingParties, resources }: Stores): Promise<void> {
  const registered = new Set((await organisations.list()).map(({ id }) => id));
  const missing = [...demoOrganisations, ...demoInstitutions].filter(({ id }) => !registered.has(id));
  const saved = missing.length === 0 ? [] : await organisations.saveAll(missing);
  const refused = saved.find(({ outcome }) => outcome === 'refused');
  if (refused !== undefined) throw new Error(`a demo organisation is not valid: ${JSON.stringify(refused)}`);
  const known = new Set((await relyingParties.list()).map(({ clientId }) => clientId));
  for (const draft of demoRelyingParties.filter(({ clientId }) => !known.has(clientId))) {
    const saved = await relyingParties.save(draft);
    if (saved.outcome === 'refused') {
      throw new Error(`the demo relying party ${draft.clientId} is not valid: ${JSON.stringify(saved.faults)}`);
    }
  }
  if ((await resources.find(DEMO_RESOURCE)) === undefined) {
    await resources.save({
      identifier: DEMO_RESOURCE,
      name: { fa: 'سامانهٔ نمره‌های دانشگاه نمونهٔ یک', en: 'Grades of Demo University One' },
      scopes: ['grades:read', 'grades:write'],
      organisationId: 'demo-university-one',
      accessTokenFormat: 'jwt',
      signingAlg: 'ES256',
      accessTokenTtlSeconds: 300,
    });
  }
}

const claims: readonly AgreedClaim[] = [
  {
    claim: 'given_name',
    purpose: { fa: 'نوشتن نام شما در پروندهٔ آموزشی', en: 'To write your name in your student record' },
    required: true,
  },
  {
    claim: 'family_name',
    purpose: { fa: 'نوشتن نام خانوادگی شما در پروندهٔ آموزشی', en: 'To write your family name in your student record' },
    required: true,
  },
  {
    claim: 'birthdate',
    purpose: {
      fa: 'یافتن پروندهٔ شما در میان هم‌نام‌ها',
      en: 'To tell your record from those of people with the same name',
    },
    required: true,
    retentionDays: 365,
  },
  {
    claim: 'phone_number',
    purpose: { fa: 'خبر دادن از تغییر کلاس‌ها با پیامک', en: 'To tell you about changed classes by text message' },
    required: false,
    retentionDays: 180,
  },
  ...(
    [
      [
        'student_status',
        'پذیرفتن دانشجویان دانشگاه دیگر بی هیچ کاغذی',
        'To welcome students of other universities without any paper',
      ],
      ['field', 'پیشنهاد درس‌های رشتهٔ شما', 'To offer you courses of your field'],
      ['entry_year', 'شمردن سنوات شما', 'To count your years of study'],
      ['degree', 'پذیرفتن مدرک پیشین شما بی هیچ کاغذی', 'To accept your earlier degree without any paper'],
    ] as const
  ).map(([claim, fa, en]) => ({ claim, purpose: { fa, en }, required: false })),
];

const atLocalhost = (port: number) => ({
  redirect_uris: [`http://localhost:${port}/callback`],
  post_logout_redirect_uris: [`http://localhost:${port}/signed-out`],
  backchannel_logout_uri: `http://localhost:${port}/backchannel-logout`,
  initiate_login_uri: `http://localhost:${port}/login`,
  grant_types: ['authorization_code', 'refresh_token'],
});

const common = { environment: 'test', securityProfile: 'default', state: 'active' } as const;
const studentScopes = ['openid', 'profile', 'birthdate', 'phone', 'academic', 'student', 'offline_access'];

export const demoRelyingParties: readonly RelyingPartyDraft[] = [
  {
    ...common,
    clientId: 'demo-university-one',
    organisationId: 'demo-university-one',
    name: { fa: 'دانشگاه نمونهٔ یک', en: 'Demo University One' },
    metadata: {
      ...atLocalhost(3001),
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'http://localhost:3001/jwks',
    },
    agreement: { claims, scopes: [...studentScopes, 'grades:read'] },
  },
  {
    ...common,
    clientId: 'demo-university-two',
    organisationId: 'demo-university-two',
    name: { fa: 'دانشگاه نمونهٔ دو', en: 'Demo University Two' },
    metadata: { ...atLocalhost(3002), token_endpoint_auth_method: 'client_secret_basic' },
    clientSecret: DEMO_SECRETS.universityTwo,
    agreement: { claims, scopes: studentScopes },
  },
  {
    ...common,
    clientId: 'demo-student-app',
    organisationId: 'demo-university-one',
    name: { fa: 'برنامک دانشجویی دانشگاه نمونهٔ یک', en: 'Student App of Demo University One' },
    metadata: {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['example.demo-university-one.app:/callback'],
      post_logout_redirect_uris: ['example.demo-university-one.app:/signed-out'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    agreement: { claims: claims.slice(0, 2), scopes: ['openid', 'profile', 'offline_access'] },
  },
  {
    ...common,
    clientId: 'demo-library-kiosk',
    organisationId: 'demo-university-one',
    name: { fa: 'کتابخانهٔ دانشگاه نمونهٔ یک', en: 'Library of Demo University One' },
    metadata: {
      application_type: 'native',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'http://localhost:3001/jwks',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    agreement: { claims: claims.slice(0, 2), scopes: ['openid', 'profile', 'offline_access'] },
  },
  {
    ...common,
    clientId: 'demo-grades-service',
    organisationId: 'demo-university-one',
    name: { fa: 'سرویس نمره‌های دانشگاه نمونهٔ یک', en: 'Grades Service of Demo University One' },
    metadata: { token_endpoint_auth_method: 'client_secret_post', grant_types: ['client_credentials'] },
    clientSecret: DEMO_SECRETS.service,
    agreement: { claims: [], scopes: ['grades:read', 'grades:write'] },
  },
];
