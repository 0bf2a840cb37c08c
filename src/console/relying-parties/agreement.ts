import type { Context } from 'koa';
import type { Operators } from '#operators/operators.ts';
import type { Clock } from '#platform/clock.ts';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { daysToWarnOf } from '#relying-parties/agreement-ends.ts';
import type { Agreements } from '#relying-parties/agreements.ts';
import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import { relyingPartyAgreement } from '#views/console/relying-parties/agreement.ts';
import { proposeAgreement } from '#views/console/relying-parties/propose-agreement.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, toPart } from './relying-party-here.ts';
import { atFields, readTypedTerms, type TypedTerms, termsFrom, typedTermsFrom } from './typed-terms.ts';

export type AgreementNeeds = { agreements: Agreements; operators: Pick<Operators, 'hasWorkedFor'>; clock: Clock };

/** Proposed by the university, decided by the ministry. */
export function agreementRoutes({
  agreements,
  operators,
  clock,
  relyingPartyHere,
}: AgreementNeeds & { relyingPartyHere: FindRelyingPartyHere }): ConsoleRoute[] {
  async function show(ctx: Context, here: OperatorHere, hasWhyError = false): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId, agreementStanding: standing } = relyingParty;
    const history = await agreements.history(clientId);
    const page = relyingPartyAgreement(text, {
      ...shown,
      standing,
      daysLeft: standing && daysToWarnOf({ until: standing.until, now: clock.now() }),
      current: standing?.state === 'in-force' ? history.find(({ version }) => version === standing.version) : undefined,
      proposed: history.find(({ state }) => state === 'proposed'),
      history,
      mayPropose: here.may('agreements:propose', { organisationId }),
      mayDecide: here.may('agreements:decide', { organisationId }) && !(await isOwn(here, organisationId)),
      hasWhyError,
    });
    sendPage(ctx, page, { status: hasWhyError ? 422 : 200 });
  }

  async function showProposal(
    ctx: Context,
    here: OperatorHere,
    { typed, faults = [] }: { typed?: TypedTerms; faults?: readonly MetadataFault[] } = {},
  ): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const newest = (await agreements.history(relyingParty.clientId))[0]?.terms;
    const { reasons } = text.agreements;
    const { otherReason } = text.registrationForm;
    const page = proposeAgreement(text, {
      ...shown,
      typed: typed ?? typedTermsFrom(newest),
      errors: faults.map(({ path, reason }) => ({ field: path, message: reasons[reason] ?? otherReason })),
    });
    sendPage(ctx, page, { status: faults.length > 0 ? 422 : 200 });
  }

  async function propose(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const typed = readTypedTerms(form);
    const { terms, asked, faults } = termsFrom(typed);
    if (faults.length > 0) return showProposal(ctx, here, { typed, faults });
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId } = relyingParty;
    const proposed = await agreements.propose({ by: here.citizenId, clientId, terms });
    if (proposed.outcome === 'refused')
      return showProposal(ctx, here, { typed, faults: atFields(proposed.faults, asked) });
    toPart(ctx, { clientId, tab: 'agreement', news: 'proposed' });
  }

  async function decide(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const why = form.text('why').trim();
    const isRefusal = form.text('decision') === 'refuse';
    if (isRefusal && why === '') return show(ctx, here, true);
    if (!isRefusal && form.text('decision') !== 'approve') throw new Refusal('bad-request', 400);
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    if (await isOwn(here, organisationId)) return toPart(ctx, { clientId, tab: 'agreement', news: 'own-organisation' });
    const decision = { clientId, version: Number(form.text('version')), by: here.citizenId, why };
    const decided = isRefusal ? await agreements.refuse(decision) : await agreements.approve(decision);
    if (decided.outcome === 'not-found') throw new Refusal('not-found', 404);
    const done = isRefusal ? 'refused' : 'approved';
    toPart(ctx, { clientId, tab: 'agreement', news: decided.outcome === 'done' ? done : decided.outcome });
  }

  async function end(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const why = form.text('why').trim();
    if (why === '') return show(ctx, here, true);
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId } = relyingParty;
    const ended = await agreements.end({ clientId, by: here.citizenId, why });
    toPart(ctx, { clientId, tab: 'agreement', news: ended.outcome === 'done' ? 'ended' : 'already-decided' });
  }

  /** A program may have proposed it with a secret that they hold: decision 0026. */
  function isOwn({ citizenId }: OperatorHere, organisationId: string): Promise<boolean> {
    return operators.hasWorkedFor({ citizenId, organisationId });
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/agreement`;
  const proposal = { path: `${path}/propose`, needs: 'agreements:propose', about } as const;
  const decision = { method: 'POST', needs: 'agreements:decide', about } as const;
  return [
    { method: 'GET', path, needs: 'relying-parties:read', about, answer: (ctx, here) => show(ctx, here) },
    { ...proposal, method: 'GET', answer: (ctx, here) => showProposal(ctx, here) },
    { ...proposal, method: 'POST', longestForm: 64 * 1024, answer: propose },
    { ...decision, path: `${path}/decide`, answer: decide },
    { ...decision, path: `${path}/end`, answer: end },
  ];
}
