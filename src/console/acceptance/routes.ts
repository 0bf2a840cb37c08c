import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { AcceptanceIssuer } from '#relying-parties/acceptance/acceptance-issuer.ts';
import type { AcceptanceRuns } from '#relying-parties/acceptance/acceptance-runs.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { isUnderWay } from '#relying-parties/acceptance/run.ts';
import type { Setups } from '#relying-parties/acceptance/setups.ts';
import type { Standing } from '#relying-parties/acceptance/standings.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type AcceptanceProps, acceptancePage } from '#views/console/acceptance/acceptance.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inPath, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';

export type AcceptanceNeeds = {
  consoleFrames: ConsoleFrames;
  acceptance: {
    runs: Pick<AcceptanceRuns, 'start' | 'find' | 'listOf'>;
    setups: Pick<Setups, 'find' | 'save'>;
    issuers: Pick<AcceptanceIssuer, 'issuerOf'>;
    standingOf(relyingParty: RelyingParty): Promise<Standing>;
  };
  findAnyRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/** Seconds until a browser asks for the page again while a run is under way. */
const REFRESH = 3;
const PATH = '/console/relying-parties/:clientId/acceptance';

/** The acceptance of one relying party: run by the staff of its organisation, read by whoever may read of it. */
export function acceptanceRoutes({ consoleFrames, acceptance, findAnyRelyingParty }: AcceptanceNeeds): ConsoleRoute[] {
  const { runs, setups, issuers, standingOf } = acceptance;
  const about = async (ctx: Context) => (await findAnyRelyingParty(inPath(ctx, 'clientId')))?.organisationId;
  const shared = { path: PATH, needs: 'acceptance:run', about } as const;

  return [
    { ...shared, method: 'GET', needs: 'relying-parties:read', answer: (ctx, here) => show(ctx, here) },
    { ...shared, method: 'POST', answer: save },
    { ...shared, method: 'POST', path: `${PATH}/run`, answer: start },
  ];

  async function show(
    ctx: Context,
    here: OperatorHere,
    more: Pick<AcceptanceProps, 'refused' | 'problem'> & { typed?: AcceptanceProps['setup'] } = {},
  ): Promise<void> {
    const { typed, ...problems } = more;
    const relyingParty = await get(ctx);
    const { clientId, name, organisationId, environment, state } = relyingParty;
    const [history, setup, { lapse }] = await Promise.all([
      runs.listOf(clientId),
      setups.find(clientId),
      standingOf(relyingParty),
    ]);
    const asked = inQuery(ctx, 'run') || history[0]?.id;
    const run = asked === undefined ? undefined : await runs.find(asked);
    const isTheirs = run?.clientId === clientId;
    if (isTheirs && isUnderWay(run)) ctx.set('Refresh', String(REFRESH));
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const page = acceptancePage(text, {
      ...shown,
      ...problems,
      relyingParty: { clientId, name, environment, state },
      issuer: issuers.issuerOf(clientId),
      setup: typed ?? setup ?? { startUrl: '', signedInUrl: '' },
      isSetUp: setup !== undefined,
      isLapsed: lapse !== undefined,
      run: isTheirs ? run : undefined,
      casesInAll: CASE_IDS.length,
      mayRun: here.may('acceptance:run', { organisationId }),
      history,
    });
    sendPage(ctx, page, { hasScript: run !== undefined });
  }

  async function save(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const { clientId } = await get(ctx);
    const setup = { startUrl: form.text('start_url').trim(), signedInUrl: form.text('signed_in_url').trim() };
    const saved = await setups.save({ clientId, by: here.citizenId, setup });
    if (saved.outcome !== 'refused') return back(ctx, clientId);
    const refused = (['start_url', 'signed_in_url'] as const).filter((name) =>
      saved.faults.some(({ path }) => path === name),
    );
    await show(ctx, here, { refused, typed: setup });
  }

  async function start(ctx: Context, here: OperatorHere): Promise<void> {
    const { clientId } = await get(ctx);
    const { outcome } = await runs.start({ clientId, by: here.citizenId });
    if (outcome === 'too-many') return show(ctx, here, { problem: 'tooMany' });
    if (outcome === 'no-setup') return show(ctx, here, { problem: 'noSetup' });
    back(ctx, clientId);
  }

  async function get(ctx: Context): Promise<RelyingParty> {
    const relyingParty = await findAnyRelyingParty(inPath(ctx, 'clientId'));
    if (relyingParty === undefined) throw new Refusal('not-found', 404);
    return relyingParty;
  }
}

function back(ctx: Context, clientId: string): void {
  ctx.status = 303;
  ctx.redirect(`/console/relying-parties/${encodeURIComponent(clientId)}/acceptance`);
}
