import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { ClaimsSources } from '#sources/claims-sources.ts';
import type { StoredSource } from '#sources/claims-sources-store.ts';
import { SOURCE_ALGORITHMS } from '#sources/source.ts';
import type { AskedSource } from '#sources/source-approval.ts';
import type { FormError } from '#views/components.ts';
import { reasonWords } from '#views/console/relying-parties/fields.ts';
import { relyingPartySource, type SourceState, type TypedSourceShown } from '#views/console/sources/source.ts';
import type { Text } from '#views/text/text.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { AskSecondPerson } from '../relying-parties/ask-second-person.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH, toPart } from '../relying-parties/relying-party-here.ts';
import { readWhy } from '../typed-why.ts';
import { draftSource, readTypedSource, typedSourceFrom } from './typed-source.ts';

export type SourceNeeds = { claimsSources: Pick<ClaimsSources, 'findRegistered' | 'judge' | 'takeAway'> };

type Fault = { path: string; reason: string };

/** Ten keys in PEM or JSON, and everything else. */
const LONGEST_FORM = 64 * 1024;

/** What a university says of its students: staff ask for it, a second person connects it, and one person takes it away. */
export function sourceRoutes({
  claimsSources,
  relyingPartyHere,
  second,
}: SourceNeeds & { relyingPartyHere: FindRelyingPartyHere; second: AskSecondPerson }): ConsoleRoute[] {
  async function show(
    ctx: Context,
    here: OperatorHere,
    { typed, faults = [] }: { typed?: TypedSourceShown; faults?: readonly Fault[] } = {},
  ): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const [stored, isWaiting] = await Promise.all([
      claimsSources.findRegistered(clientId),
      second.isWaiting({ clientId, act: 'connect-source' }),
    ]);
    const page = relyingPartySource(text, {
      ...shown,
      registered: stored && registeredOf(stored, relyingParty),
      isWaiting,
      mayPropose: here.may('sources:propose', { organisationId }),
      mayTakeAway: here.may('sources:take-away', { organisationId }),
      typed: typed ?? typedSourceFrom(stored),
      algorithms: SOURCE_ALGORITHMS,
      errors: tellFaults(text, faults),
    });
    sendPage(ctx, page, { status: faults.length > 0 ? 422 : 200 });
  }

  async function propose(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const about = await relyingPartyHere.find(ctx, here);
    const { clientId } = about.relyingParty;
    const typed = readTypedSource(form);
    const refuse = (...faults: readonly Fault[]) => show(ctx, here, { typed, faults });
    const drafted = draftSource(typed, clientId);
    if (drafted.outcome === 'private-key')
      return show(ctx, here, { typed: { ...typed, jwks: '' }, faults: [{ path: 'jwks', reason: 'private-key' }] });
    if (drafted.outcome === 'not-keys') return refuse({ path: 'jwks', reason: 'not-keys' });
    const judged = await claimsSources.judge(drafted.draft);
    if (judged.outcome === 'unknown-relying-party') throw new Error('a service vanished while it was read');
    if (judged.outcome === 'refused') return refuse(...judged.faults);
    const before = (await claimsSources.findRegistered(clientId)) ?? null;
    if (isDeepStrictEqual(before, judged.source)) return refuse({ path: '', reason: 'no-change' });
    if (typed.why === '') return refuse({ path: 'why', reason: 'why-missing' });
    const payload: AskedSource = { before, after: judged.source };
    await second.note({ here, about, act: 'connect-source', why: typed.why, payload });
    toPart(ctx, { clientId, tab: 'source', news: 'asked' });
  }

  /** At once, and by one person: it protects. */
  async function takeAway(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const why = readWhy(form, 'take_away_why');
    if (why === '') return show(ctx, here, { faults: [{ path: 'take_away_why', reason: 'why-missing' }] });
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId } = relyingParty;
    const isTaken = await claimsSources.takeAway(clientId, { by: here.citizenId, why });
    toPart(ctx, { clientId, tab: 'source', news: isTaken ? 'source-taken-away' : 'not-from-here' });
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/source`;
  return [
    { method: 'GET', path, needs: 'sources:read', about, answer: (ctx, here) => show(ctx, here) },
    { method: 'POST', path, needs: 'sources:propose', about, longestForm: LONGEST_FORM, answer: propose },
    { method: 'POST', path: `${path}/take-away`, needs: 'sources:take-away', about, answer: takeAway },
  ];
}

export function sourceStateOf(
  { state }: Pick<StoredSource, 'state'>,
  relyingParty: Pick<RelyingParty, 'state'> | undefined,
): SourceState {
  if (state === 'suspended') return 'taken-away';
  return relyingParty?.state === 'active' ? 'believed' : 'service-not-active';
}

function registeredOf(stored: StoredSource, relyingParty: RelyingParty) {
  const { issuer, endpoint, claims, alg, keys } = stored;
  return {
    ...{ issuer, endpoint, claims, alg },
    keys: 'uri' in keys ? { uri: keys.uri } : { given: keys.set.keys.length },
    state: sourceStateOf(stored, relyingParty),
  };
}

const FIELDS: Readonly<Record<string, string>> = { alg: 'algorithm', jwksUri: 'jwks_uri' };
const SHOWN = ['issuer', 'endpoint', 'claims', 'algorithm', 'jwks_uri', 'jwks', 'why', 'take_away_why'];

function tellFaults(text: Text, faults: readonly Fault[]): FormError[] {
  const { reasons, noChange, whyMissing } = text.consoleSources;
  const said: Readonly<Record<string, string | undefined>> = {
    ...reasons,
    'no-change': noChange,
    'why-missing': whyMissing,
  };
  const errors = faults.map(({ path, reason }) => {
    const [member = ''] = path.split('.');
    const field = FIELDS[member] ?? member;
    const message = (Object.hasOwn(said, reason) ? said[reason] : undefined) ?? reasonWords(text, reason);
    return { ...(SHOWN.includes(field) && { field }), message };
  });
  return errors.filter(({ field }, at) => errors.findIndex((each) => each.field === field) === at);
}
