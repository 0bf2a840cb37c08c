import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { Changed, Registrations } from '#relying-parties/registrations.ts';
import { relyingPartyOverview } from '#views/console/relying-parties/overview.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import { linesOf } from './registration-form.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, type RelyingPartyHere, toPart } from './relying-party-here.ts';
import { typedFrom } from './typed-registration.ts';

export type OverviewNeeds = {
  issuer: string;
  organisations: Pick<Organisations, 'find'>;
  registrations: Pick<Registrations, 'suspend' | 'resume'>;
};

type Act = 'suspend' | 'resume';

/** What is registered, and the switch that protects at once. */
export function overviewRoutes({
  issuer,
  organisations,
  registrations,
  relyingPartyHere,
  second,
}: OverviewNeeds & { relyingPartyHere: FindRelyingPartyHere; second: AskSecondPerson }): ConsoleRoute[] {
  async function show(ctx: Context, here: OperatorHere, isWhyMissing = false): Promise<void> {
    const about = await relyingPartyHere.find(ctx, here);
    const { relyingParty, text, shown } = about;
    const { clientId, organisationId } = relyingParty;
    const page = relyingPartyOverview(text, {
      ...shown,
      issuer,
      registered: { ...registeredOf(about), organisation: (await organisations.find(organisationId))?.name },
      requests: await second.listLatest({ clientId, organisationId }),
      mayChange: here.may('relying-parties:change', { organisationId }),
      errors: isWhyMissing ? [{ field: 'why', message: text.relyingParties.standing.whyMissing }] : [],
    });
    sendPage(ctx, page, { status: isWhyMissing ? 422 : 200 });
  }

  function moving(act: Act): ConsoleRoute['answer'] {
    return async (ctx: Context, here: OperatorHere, form: Form) => {
      const why = form.text('why').trim();
      if (why === '') return show(ctx, here, true);
      const about = await relyingPartyHere.find(ctx, here);
      const { clientId } = about.relyingParty;
      const moved: Changed = await registrations[act]({ by: here.citizenId, clientId, why });
      switch (moved.outcome) {
        case 'changed':
          return toPart(ctx, { clientId, news: act === 'suspend' ? 'suspended' : 'resumed' });
        case 'needs-approval':
          return second.ask(ctx, { here, about, act, why, payload: {}, reasons: moved.reasons });
        default:
          return toPart(ctx, { clientId, news: 'not-from-here' });
      }
    };
  }

  const { about } = relyingPartyHere;
  return [
    {
      method: 'GET',
      path: RELYING_PARTY_PATH,
      needs: 'relying-parties:read',
      about,
      answer: (ctx, here) => show(ctx, here),
    },
    ...(['suspend', 'resume'] as const).map(
      (act): ConsoleRoute => ({
        method: 'POST',
        path: `${RELYING_PARTY_PATH}/${act}`,
        needs: 'relying-parties:change',
        about,
        answer: moving(act),
      }),
    ),
  ];
}

function registeredOf({ relyingParty }: RelyingPartyHere) {
  const typed = typedFrom(relyingParty);
  const { metadata, securityProfile, testedAs, revision, changedAt } = relyingParty;
  return {
    application: typed.application,
    profile: securityProfile,
    grants: metadata.grant_types,
    redirectUris: metadata.redirect_uris,
    postLogoutRedirectUris: metadata.post_logout_redirect_uris,
    initiateLoginUri: metadata.initiate_login_uri,
    backchannelLogoutUri: metadata.backchannel_logout_uri,
    corsOrigins: linesOf(typed.corsOrigins),
    proof: typed.proof,
    jwksUri: metadata.jwks_uri,
    keys: metadata.jwks?.keys.length ?? 0,
    assertionAlgorithm: metadata.token_endpoint_auth_signing_alg,
    idTokenAlgorithm: metadata.id_token_signed_response_alg,
    userinfoAlgorithm: metadata.userinfo_signed_response_alg,
    acr: metadata.default_acr_values?.[0],
    pushesRequests: metadata.require_pushed_authorization_requests === true || securityProfile === 'fapi2',
    bindsTokens: metadata.dpop_bound_access_tokens === true || securityProfile === 'fapi2',
    clientUri: metadata.client_uri,
    policyUri: metadata.policy_uri,
    testedAs,
    revision,
    changedAt,
  };
}
