import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { changeRegistration } from '#views/console/relying-parties/register.ts';
import { secretOnce } from '#views/console/relying-parties/secrets.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import type { CheckAddresses } from './check-addresses.ts';
import { checkActionOf, LONGEST_REGISTRATION, testEntriesOf } from './register.ts';
import { draftFrom } from './registration-form.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, type RelyingPartyHere, toPart } from './relying-party-here.ts';
import { tellFaults } from './typed-faults.ts';
import { readTypedRegistration, type TypedRegistration, typedFrom } from './typed-registration.ts';

export type ChangeNeeds = { registrations: Pick<Registrations, 'change' | 'listFor'> };

type Problem = { faults?: readonly MetadataFault[]; isChecked?: boolean; isStale?: boolean };

export function changeRoutes({
  registrations,
  relyingPartyHere,
  addresses,
  second,
}: ChangeNeeds & {
  relyingPartyHere: FindRelyingPartyHere;
  addresses: CheckAddresses;
  second: AskSecondPerson;
}): ConsoleRoute[] {
  async function show(
    ctx: Context,
    {
      here,
      about,
      typed,
      revision,
    }: { here: OperatorHere; about: RelyingPartyHere; typed: TypedRegistration; revision: number },
    { faults = [], isChecked = false, isStale = false }: Problem = {},
  ): Promise<void> {
    const { relyingParty, text, shown } = about;
    const { organisationId, environment } = relyingParty;
    const told = tellFaults(text, { faults, typed });
    const asked = { organisationId, environment, application: typed.application, by: here.citizenId };
    const page = changeRegistration(text, {
      ...shown,
      action: ctx.path,
      checkAction: checkActionOf(organisationId),
      typed,
      revision,
      testEntries: environment === 'test' ? [] : await testEntriesOf(registrations, organisationId, text.language),
      errors: isStale ? [{ message: text.registrationForm.changedMeanwhile }, ...told.errors] : told.errors,
      findings: isChecked ? await addresses.checkAll(typed, asked) : told.findings,
      isChecked,
    });
    const status = isStale ? 409 : 422;
    sendPage(ctx, page, { status: faults.length > 0 || isStale ? status : 200, hasScript: true, mayFetch: true });
  }

  async function submit(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const about = await relyingPartyHere.find(ctx, here);
    const { relyingParty } = about;
    const { clientId, environment } = relyingParty;
    const typed = { ...readTypedRegistration(form), environment };
    const revision = Number(form.text('revision'));
    const again = { here, about, typed, revision: relyingParty.revision };
    if (form.text('act') === 'check') return show(ctx, { ...again, revision }, { isChecked: true });
    const drafted = draftFrom(typed, relyingParty);
    if (drafted.outcome === 'refused')
      return show(ctx, { ...again, typed: { ...typed, jwks: '' } }, { faults: drafted.faults });
    const { testedAs = relyingParty.testedAs, ...change } = drafted.registration;
    const asked = { change: { ...change, testedAs }, expectedRevision: revision, note: typed.note.trim() };
    const changed = await registrations.change({ by: here.citizenId, clientId, ...asked });
    switch (changed.outcome) {
      case 'changed': {
        if (changed.secret === undefined) return toPart(ctx, { clientId, news: 'changed' });
        return sendPage(
          ctx,
          secretOnce(about.text, { ...about.shown, news: 'changed', secret: changed.secret.secret }),
        );
      }
      case 'refused':
        return show(ctx, again, { faults: changed.faults });
      case 'changed-meanwhile':
        return show(ctx, { ...again, typed: typedFrom(relyingParty) }, { isStale: true });
      case 'needs-approval':
        return second.askForChange(ctx, { here, about, change: asked, reasons: changed.reasons });
      default:
        throw new Error(`a change ended as ${changed.outcome}`);
    }
  }

  const row = {
    path: `${RELYING_PARTY_PATH}/change`,
    needs: 'relying-parties:change',
    about: relyingPartyHere.about,
  } as const;
  return [
    {
      ...row,
      method: 'GET',
      async answer(ctx, here) {
        const about = await relyingPartyHere.find(ctx, here);
        const { relyingParty } = about;
        await show(ctx, { here, about, typed: typedFrom(relyingParty), revision: relyingParty.revision });
      },
    },
    { ...row, method: 'POST', longestForm: LONGEST_REGISTRATION, answer: submit },
  ];
}
