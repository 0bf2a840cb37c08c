import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import type { Environment } from '#relying-parties/relying-party.ts';
import { register as registerPage } from '#views/console/relying-parties/register.ts';
import { secretOnce } from '#views/console/relying-parties/secrets.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { CheckAddresses } from './check-addresses.ts';
import { draftFrom } from './registration-form.ts';
import { toPart } from './relying-party-here.ts';
import { tellFaults } from './typed-faults.ts';
import { newRegistration, readTypedRegistration, type TypedRegistration } from './typed-registration.ts';

export type RegisterNeeds = {
  consoleFrames: ConsoleFrames;
  registrations: Pick<Registrations, 'register' | 'listFor'>;
  organisations: Pick<Organisations, 'find'>;
};

const PATH = '/console/relying-parties/new';
/** Twenty addresses in each of three fields, and ten keys. */
export const LONGEST_REGISTRATION = 256 * 1024;

/** The organisation stands in the address and is asked for by the guard; nothing in the form can name another. */
const organisationOf = (ctx: Context) => inQuery(ctx, 'organisation');

export function registerRoutes({
  consoleFrames,
  registrations,
  organisations,
  addresses,
}: RegisterNeeds & { addresses: CheckAddresses }): ConsoleRoute[] {
  async function show(
    ctx: Context,
    here: OperatorHere,
    {
      typed,
      faults = [],
      isChecked = false,
    }: { typed: TypedRegistration; faults?: readonly MetadataFault[]; isChecked?: boolean },
  ): Promise<void> {
    const organisationId = organisationOf(ctx);
    const organisation = await organisations.find(organisationId);
    if (organisation === undefined) throw new Refusal('not-found', 404);
    const { text, ...frame } = consoleFrames.of(ctx, here);
    const told = tellFaults(text, { faults, typed });
    const asked = {
      organisationId,
      environment: typed.environment,
      application: typed.application,
      by: here.citizenId,
    };
    const page = registerPage(text, {
      ...frame,
      organisation: organisation.name,
      action: `${PATH}?${new URLSearchParams({ organisation: organisationId, environment: typed.environment })}`,
      checkAction: checkActionOf(organisationId),
      typed,
      testEntries:
        typed.environment === 'test' ? [] : await testEntriesOf(registrations, organisationId, text.language),
      errors: told.errors,
      findings: isChecked ? await addresses.checkAll(typed, asked) : told.findings,
      isChecked,
    });
    sendPage(ctx, page, { status: faults.length > 0 ? 422 : 200, hasScript: true, mayFetch: true });
  }

  async function submit(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const environment: Environment = inQuery(ctx, 'environment') === 'production' ? 'production' : 'test';
    const typed = { ...readTypedRegistration(form), environment };
    if (form.text('act') === 'check') return show(ctx, here, { typed, isChecked: true });
    const drafted = draftFrom(typed);
    // A private key that was pasted is not sent back either.
    if (drafted.outcome === 'refused')
      return show(ctx, here, { typed: { ...typed, jwks: '' }, faults: drafted.faults });
    const draft = { ...drafted.registration, environment, organisationId: organisationOf(ctx) };
    const registered = await registrations.register({ by: here.citizenId, draft });
    if (registered.outcome === 'refused') return show(ctx, here, { typed, faults: registered.faults });
    if (registered.outcome !== 'changed') throw new Error(`a registration ended as ${registered.outcome}`);
    const { relyingParty, secret } = registered;
    const { clientId, name, state } = relyingParty;
    if (secret === undefined) return toPart(ctx, { clientId, news: 'registered' });
    const { text, ...frame } = consoleFrames.of(ctx, here);
    const shown = { ...frame, relyingParty: { clientId, name, environment, state }, news: 'registered' as const };
    sendPage(ctx, secretOnce(text, { ...shown, secret: secret.secret }));
  }

  const row = { path: PATH, needs: 'relying-parties:change', about: organisationOf } as const;
  return [
    {
      ...row,
      method: 'GET',
      answer: (ctx, here) =>
        show(ctx, here, {
          typed: newRegistration(inQuery(ctx, 'environment') === 'production' ? 'production' : 'test'),
        }),
    },
    { ...row, method: 'POST', longestForm: LONGEST_REGISTRATION, answer: submit },
  ];
}

export function checkActionOf(organisationId: string): string {
  return `/console/relying-parties/check-addresses?${new URLSearchParams({ organisation: organisationId })}`;
}

/** To choose from; whoever has more than this many types of applications finds the newest by their ids. */
export async function testEntriesOf(
  registrations: Pick<Registrations, 'listFor'>,
  organisationId: string,
  language: 'fa' | 'en',
) {
  const listed = await registrations.listFor({ organisationId, environment: 'test', limit: 200 });
  const entries = listed.outcome === 'listed' ? listed.relyingParties : [];
  return entries.map(({ clientId, name }) => ({ clientId, name: name[language] }));
}
