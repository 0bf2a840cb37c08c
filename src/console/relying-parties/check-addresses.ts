import { Refusal } from '#platform/http/refusal.ts';
import type { QuotaLimit } from '#platform/rate-limits.ts';
import type { Environment } from '#relying-parties/relying-party.ts';
import { URI_KINDS, type UriChecks, type UriKind } from '#relying-parties/uri-checks.ts';
import { type Finding, reasonWords } from '#views/console/relying-parties/fields.ts';
import type { Text } from '#views/text/text.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import { linesOf } from './registration-form.ts';
import type { TypedRegistration } from './typed-registration.ts';

export type CheckNeeds = {
  consoleFrames: ConsoleFrames;
  uriChecks: Pick<UriChecks, 'checkUri'>;
  /** Each check may ask another server something: nobody makes us ask without end. */
  addressChecks: Pick<QuotaLimit, 'take'>;
};

/** As many as one field holds. */
const MOST_AT_ONCE = 20;

type Asked = {
  organisationId: string;
  environment: Environment;
  application: TypedRegistration['application'];
  by: string;
};

export type CheckAddresses = ReturnType<typeof createCheckAddresses>;

/** What there is to say about addresses, whether they were saved or only typed so far. */
export function createCheckAddresses({ uriChecks, addressChecks }: Omit<CheckNeeds, 'consoleFrames'>) {
  async function check(kind: UriKind, uris: readonly string[], asked: Asked): Promise<Finding[]> {
    const application = asked.application === 'native' ? 'native' : 'web';
    const found: Finding[] = [];
    // One after the other: whoever types quickly makes us ask no faster.
    for (const uri of uris.slice(0, MOST_AT_ONCE)) {
      const taken = await addressChecks.take(asked.by);
      if (!taken.allowed) throw new Refusal('busy', 429, { retryAfterSeconds: Math.ceil(taken.retryAfterMs / 1000) });
      const { organisationId, environment } = asked;
      const [first] = await uriChecks.checkUri({ uri, kind, organisationId, environment, application });
      found.push({
        value: uri,
        reason: first?.reason,
        isWarning: first?.severity === 'warning',
        detail: first?.detail,
      });
    }
    return found;
  }

  /** Every address of the form, by the name of its field. */
  async function checkAll(typed: TypedRegistration, asked: Asked): Promise<Record<string, Finding[]>> {
    const fields: readonly (readonly [string, UriKind, string])[] = [
      ['redirect_uris', 'redirect', typed.redirectUris],
      ['post_logout_redirect_uris', 'post-logout', typed.postLogoutRedirectUris],
      ['initiate_login_uri', 'initiate-login', typed.initiateLoginUri],
      ['backchannel_logout_uri', 'backchannel-logout', typed.backchannelLogoutUri],
      ['cors_origins', 'cors', typed.corsOrigins],
      ['jwks_uri', 'jwks', typed.jwksUri],
    ];
    const checked: Record<string, Finding[]> = {};
    for (const [field, kind, text] of fields) checked[field] = await check(kind, linesOf(text), asked);
    return checked;
  }

  return { check, checkAll };
}

/** For the script that asks while somebody types; the button beside it does the same without one. */
export function checkAddressesRoutes({ consoleFrames, ...needs }: CheckNeeds): ConsoleRoute[] {
  const { check } = createCheckAddresses(needs);
  return [
    {
      method: 'POST',
      path: '/console/relying-parties/check-addresses',
      needs: 'relying-parties:change',
      about: (ctx) => inQuery(ctx, 'organisation'),
      longestForm: 64 * 1024,
      async answer(ctx, here, form) {
        const kind = URI_KINDS.find((each) => each === form.text('kind'));
        if (kind === undefined) throw new Refusal('bad-request', 400);
        const { text } = consoleFrames.of(ctx, here);
        const findings = await check(kind, linesOf(form.text('uris')), {
          organisationId: inQuery(ctx, 'organisation'),
          environment: form.text('environment') === 'production' ? 'production' : 'test',
          application: form.text('application') === 'native' ? 'native' : 'web',
          by: here.citizenId,
        });
        ctx.body = { findings: findings.map((finding) => told(text, finding)) };
      },
    },
  ];
}

function told(text: Text, { value, reason, isWarning = false, detail }: Finding) {
  const { fine, warning } = text.registrationForm;
  if (reason === undefined) return { value, kind: 'fine', words: fine };
  const words = [isWarning && warning, reasonWords(text, reason), detail].filter(Boolean).join(' ');
  return { value, kind: isWarning ? 'warning' : 'error', words };
}
