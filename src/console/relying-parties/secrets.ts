import type { Context } from 'koa';
import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { ClientSecrets } from '#relying-parties/client-secrets.ts';
import { secretIsUsed } from '#relying-parties/relying-parties.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { relyingPartySecrets, secretOnce } from '#views/console/relying-parties/secrets.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { namesOf } from '../person-names.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, toPart } from './relying-party-here.ts';

export type SecretsNeeds = {
  clientSecrets: Pick<ClientSecrets, 'list' | 'issue' | 'end' | 'isPermitted'>;
  clock: Clock;
  nameOfActor: NameOfActor;
};

/** Ten years: whoever wants a secret for longer wants one without an end. */
const MOST_DAYS = 3650;

export function secretsRoutes({
  clientSecrets,
  clock,
  nameOfActor,
  relyingPartyHere,
  second,
}: SecretsNeeds & { relyingPartyHere: FindRelyingPartyHere; second: AskSecondPerson }): ConsoleRoute[] {
  async function show(ctx: Context, here: OperatorHere, wrongDays?: string): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const secrets = await clientSecrets.list(clientId);
    const named = await namesOf(
      (by) => nameOfActor(by, text),
      secrets.map(({ createdBy }) => createdBy),
    );
    const page = relyingPartySecrets(text, {
      ...shown,
      secrets: secrets.map((secret) => ({ ...secret, createdBy: named(secret.createdBy) })),
      kind: kindOf(relyingParty),
      mayIssue: here.may('relying-parties:change', { organisationId }),
      second: await needOfSecond(relyingParty),
      daysError: wrongDays !== undefined,
      typedDays: wrongDays,
    });
    sendPage(ctx, page, { status: wrongDays === undefined ? 200 : 422 });
  }

  async function needOfSecond({ clientId, environment, state }: RelyingParty) {
    if (environment === 'test' || state === 'not-live') return 'not-needed';
    return (await clientSecrets.isPermitted(clientId)) ? 'permitted' : 'needed';
  }

  async function issue(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const typedDays = form.text('days').trim();
    const days = typedDays === '' ? undefined : Number(typedDays);
    if (days !== undefined && !(Number.isSafeInteger(days) && days > 0 && days <= MOST_DAYS))
      return show(ctx, here, typedDays);
    const about = await relyingPartyHere.find(ctx, here);
    const { clientId } = about.relyingParty;
    const expiresAt = days === undefined ? {} : { expiresAt: clock.now() + days * DAY };
    const issued = await clientSecrets.issue({ by: here.citizenId, clientId, ...expiresAt });
    switch (issued.outcome) {
      case 'issued':
        return sendPage(ctx, secretOnce(about.text, { ...about.shown, secret: issued.secret }));
      case 'needs-approval': {
        const { reasons } = issued;
        return second.ask(ctx, { here, about, act: 'new-production-secret', why: reasons[0], payload: {}, reasons });
      }
      case 'two-already':
      case 'no-secret-used':
        return toPart(ctx, { clientId, tab: 'secrets', news: issued.outcome });
      default:
        throw new Error(`a secret was not issued: ${issued.outcome}`);
    }
  }

  /** One that is not there any more has ended, which is what was wanted. */
  async function end(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId } = relyingParty;
    const ended = await clientSecrets.end({ by: here.citizenId, clientId, id: form.text('secret') });
    const isLast = ended.outcome === 'ended' && ended.left === 0;
    toPart(ctx, { clientId, tab: 'secrets', news: isLast ? 'last-secret-ended' : 'secret-ended' });
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/secrets`;
  const change = { method: 'POST', needs: 'relying-parties:change', about } as const;
  return [
    { method: 'GET', path, needs: 'relying-parties:read', about, answer: (ctx, here) => show(ctx, here) },
    { ...change, path: `${path}/issue`, answer: issue },
    { ...change, path: `${path}/end`, answer: end },
  ];
}

function kindOf({ metadata }: RelyingParty) {
  const method = metadata.token_endpoint_auth_method;
  if (secretIsUsed(method)) return 'secret';
  return method === 'none' ? 'public' : 'key';
}
