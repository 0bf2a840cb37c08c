import { relyingPartyAgreement } from '#views/console/relying-parties/agreement.ts';
import { askedForApproval } from '#views/console/relying-parties/asked.ts';
import { relyingPartyGoLive } from '#views/console/relying-parties/go-live.ts';
import { relyingPartyHealthPage } from '#views/console/relying-parties/health.ts';
import { relyingPartyList } from '#views/console/relying-parties/list.ts';
import { relyingPartyOverview } from '#views/console/relying-parties/overview.ts';
import { proposeAgreement } from '#views/console/relying-parties/propose-agreement.ts';
import { relyingPartyRecipes } from '#views/console/relying-parties/recipes.ts';
import { register } from '#views/console/relying-parties/register.ts';
import type { TypedRegistrationShown } from '#views/console/relying-parties/registration-form.ts';
import { relyingPartyRevisions } from '#views/console/relying-parties/revisions.ts';
import { relyingPartySecrets, secretOnce } from '#views/console/relying-parties/secrets.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const DAY = 86_400_000;

/** The pages of a university's services in the console. */
export function relyingPartySamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, noon } = parts;
  const operator = sampleOperator(parts);
  const name = both('سامانهٔ آموزش', 'Learning');
  const organisation = both('دانشگاه نمونه', 'Sample University');
  const relyingParty = { clientId: 'sample-test-1', name, environment: 'test', state: 'active' } as const;
  const live = { ...relyingParty, environment: 'production', state: 'not-live' } as const;
  const shown = { frame, operator, relyingParty };
  const uri = taint('https://app.sample.ac.ir/callback');
  const typed: TypedRegistrationShown = {
    nameFa: taint('سامانهٔ آموزش'),
    nameEn: taint('Learning'),
    environment: 'production',
    application: 'web',
    redirectUris: uri,
    postLogoutRedirectUris: '',
    initiateLoginUri: '',
    backchannelLogoutUri: uri,
    corsOrigins: '',
    clientUri: '',
    policyUri: '',
    proof: 'jwks_uri',
    jwksUri: uri,
    jwks: '',
    assertionAlgorithm: '',
    idTokenAlgorithm: 'ES256',
    userinfoAlgorithm: '',
    acr: '',
    isFapi2: false,
    pushesRequests: false,
    bindsTokens: false,
    refreshes: true,
    testedAs: '',
    note: '',
  };
  const claims = [
    {
      claim: 'given_name',
      purpose: both('نوشتن نام در پرونده', 'Your name in our records'),
      required: true,
      legalBasis: 'public-task',
      retentionDays: 180,
    },
  ] as const;
  const terms = {
    claims,
    scopes: ['openid', 'profile'],
    leastAcr: 'urn:panjereh:aal:2',
    from: noon,
    until: noon + 30 * DAY,
  };
  const version = { version: 2, terms, proposedAt: noon, why: taint('تازه') };
  const failure = {
    reference: 'ABCDEFGHJK',
    at: noon,
    endpoint: 'token',
    reason: 'redirect-mismatch',
    parameters: { redirect_uri: uri, code: null },
  };
  const days = Array.from({ length: 30 }, (_none, index) => ({ at: noon - (29 - index) * DAY, count: index % 7 }));
  return [
    {
      name: 'console-services',
      render: (text) =>
        relyingPartyList(text, {
          ...{ frame, operator, query: {}, next: taint('sample-test-1.mark'), mayRegisterFor: 'sample' },
          organisations: [],
          relyingParties: [relyingParty, live].map((each) => ({
            ...each,
            ...{ organisation, organisationId: 'sample', profile: 'default', changedAt: noon },
          })),
        }),
    },
    {
      name: 'console-service-register',
      render: (text) =>
        register(text, {
          ...{ frame, operator, organisation, typed, isChecked: false },
          ...{ action: '/console/relying-parties/new', checkAction: '/console/relying-parties/check-addresses' },
          testEntries: [{ clientId: 'sample-test-1', name: taint('Learning') }],
          errors: [{ field: 'redirect_uris', message: text.registrationForm.reasons.wildcard ?? '' }],
          findings: {
            redirect_uris: [{ value: uri, reason: 'wildcard' }],
            jwks_uri: [{ value: uri, reason: 'unreachable', isWarning: true, detail: taint('app.sample.ac.ir') }],
            backchannel_logout_uri: [{ value: uri }],
          },
        }),
    },
    {
      name: 'console-service',
      render: (text) =>
        relyingPartyOverview(text, {
          ...shown,
          ...{ news: 'registered', issuer: 'https://sso.example.ir', mayChange: true, errors: [] },
          requests: [
            { act: 'change-production', state: 'waiting', askedAt: noon, why: taint('کلید تازه') },
            ...(['overtaken', { why: taint('خواندم') }] as const).map((decided) => ({
              ...({
                act: 'weaken-security',
                state: 'refused',
                askedAt: noon,
                why: taint('نشانی تازه'),
                decided,
              } as const),
            })),
          ],
          registered: {
            ...{ organisation, application: 'web', profile: 'default', grants: ['authorization_code'] },
            ...{ redirectUris: [uri], postLogoutRedirectUris: [], corsOrigins: [], proof: 'jwks_uri', jwksUri: uri },
            ...{ keys: 0, idTokenAlgorithm: 'ES256', pushesRequests: false, bindsTokens: false },
            ...{ revision: 3, changedAt: noon },
          },
        }),
    },
    {
      name: 'console-service-revisions',
      render: (text) =>
        relyingPartyRevisions(text, {
          ...shown,
          mayRestore: true,
          revisions: [
            { revision: 2, at: noon, by: 'c-1', approvedBy: 'c-2', note: taint('نام بهتر') },
            { revision: 1, at: noon, by: 'c-1', note: '' },
          ],
          compared: { from: 1, to: 2, differences: [{ path: 'name.en', before: undefined, after: taint('Learning') }] },
        }),
    },
    {
      name: 'console-service-secrets',
      render: (text) =>
        relyingPartySecrets(text, {
          ...{ ...shown, kind: 'secret', mayIssue: true, second: 'permitted', daysError: true, typedDays: taint('x') },
          secrets: [{ id: 's-1', createdAt: noon, createdBy: 'c-1', isHashed: true }],
        }),
    },
    { name: 'console-service-secret', render: (text) => secretOnce(text, { ...shown, secret: taint('secret') }) },
    {
      name: 'console-service-agreement',
      render: (text) =>
        relyingPartyAgreement(text, {
          ...{ ...shown, daysLeft: 29, mayPropose: true, mayDecide: true },
          standing: { state: 'in-force', from: noon, until: noon + 30 * DAY },
          current: { ...version, version: 1, state: 'approved', terms: { ...terms, claims: [] } },
          proposed: { ...version, state: 'proposed' },
          history: [{ ...version, state: 'proposed' }],
        }),
    },
    {
      name: 'console-service-propose',
      render: (text) =>
        proposeAgreement(text, {
          ...shown,
          errors: [{ field: 'given_name.legal_basis', message: text.agreements.reasons['no-basis'] ?? '' }],
          typed: {
            claims: (['given_name', 'national_code'] as const).map((claim, index) => ({
              ...{ claim, need: index === 0 ? 'required' : 'no', purposeFa: taint('نام'), purposeEn: taint('Name') },
              ...{ legalBasis: '', retentionDays: '180' },
            })),
            ...{
              scopes: taint('openid'),
              leastAcr: '',
              leastIdentity: '',
              mayAskForEvidence: false,
              from: '',
              until: '',
            },
          },
        }),
    },
    {
      name: 'console-service-go-live',
      render: (text) =>
        relyingPartyGoLive(text, {
          ...{ frame, operator, relyingParty: live, isWaiting: false, mayAsk: true },
          missing: ['acceptance-green', 'contacts'],
        }),
    },
    {
      name: 'console-service-health',
      render: (text) =>
        relyingPartyHealthPage(text, {
          ...{ ...shown, lastSignInAt: noon, days, keySetAgeMs: 90_000, mayLookUp: true, failures: [failure] },
          errors: [{ reason: 'redirect-mismatch', count: 12, lastAt: noon }],
          keyNotices: [{ notice: 'expires-soon', noticedAt: noon }],
          logout: {
            takesPart: true,
            month: { owed: 10, waiting: 1, dead: 1, successRate: 0.9 },
            day: { owed: 0, waiting: 0, dead: 0 },
          },
          acceptance: { state: 'lapsed', endedAt: noon, graceUntil: noon + 14 * DAY, href: '/console' },
          looked: { reference: 'ABCDEFGHJK', found: failure },
        }),
    },
    {
      name: 'console-service-recipes',
      render: (text) =>
        relyingPartyRecipes(text, {
          ...shown,
          recipes: [
            { name: 'node', markdown: `Use \`openid-client\`.\n\n\`\`\`js\nconst id = '${taint('sample')}';\n\`\`\`` },
          ],
        }),
    },
    {
      name: 'console-service-asked',
      render: (text) => askedForApproval(text, { ...shown, reasons: ['leaves-fapi2', 'other-keys'] }),
    },
  ];
}
