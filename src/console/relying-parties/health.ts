import type { Context } from 'koa';
import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Standing } from '#relying-parties/acceptance/standings.ts';
import type { Failure } from '#relying-parties/failure-reasons.ts';
import type { RelyingPartyHealth } from '#relying-parties/health.ts';
import { KEPT_FOR } from '#relying-parties/health-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type AcceptanceShown, relyingPartyHealthPage } from '#views/console/relying-parties/health.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { type FindRelyingPartyHere, RELYING_PARTY_PATH } from './relying-party-here.ts';

export type HealthNeeds = {
  health: RelyingPartyHealth;
  acceptance: { standingOf(relyingParty: RelyingParty): Promise<Standing> };
  clock: Clock;
};

/** How a service fares, with how to mend what fails, and the look-up of one failed sign-in. */
export function healthRoutes({
  health,
  acceptance,
  clock,
  relyingPartyHere,
}: HealthNeeds & { relyingPartyHere: FindRelyingPartyHere }): ConsoleRoute[] {
  async function show(
    ctx: Context,
    here: OperatorHere,
    looked?: { reference: string; found: Failure | undefined },
  ): Promise<void> {
    const { relyingParty, text, shown } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const mayLookUp = here.may('failures:read', { organisationId });
    const [known, failures, standing] = await Promise.all([
      health.healthOf(clientId),
      mayLookUp ? health.listFailures({ clientId }) : [],
      acceptance.standingOf(relyingParty),
    ]);
    if (known === undefined) throw new Error(`the service ${clientId} vanished while its health was read`);
    const { lastDay, takesPart, ...month } = known.logout;
    const hasKeySet = relyingParty.metadata.jwks_uri !== undefined;
    const page = relyingPartyHealthPage(text, {
      ...shown,
      lastSignInAt: known.lastSignInAt,
      lastTokenAt: known.lastTokenAt,
      errors: known.errors,
      days: daysOf(known.errorsByDay, clock.now()),
      keySetAgeMs: hasKeySet ? (known.keySetAgeMs ?? null) : undefined,
      keyNotices: known.keyNotices,
      logout: { takesPart, month, day: lastDay },
      acceptance: acceptanceShown(standing),
      mayLookUp,
      looked,
      failures,
    });
    sendPage(ctx, page, { status: looked !== undefined && looked.found === undefined ? 404 : 200 });
  }

  async function lookUp(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
    const { relyingParty } = await relyingPartyHere.find(ctx, here);
    const { clientId, organisationId } = relyingParty;
    const reference = form.text('reference').trim().slice(0, 20);
    await show(ctx, here, { reference, found: await health.findFailure({ reference, organisationId, clientId }) });
  }

  const { about } = relyingPartyHere;
  const path = `${RELYING_PARTY_PATH}/health`;
  return [
    { method: 'GET', path, needs: 'health:read', about, answer: (ctx, here) => show(ctx, here) },
    { method: 'POST', path, needs: 'failures:read', about, answer: lookUp },
  ];
}

function acceptanceShown({ isGreen, testedAs, latest, lapse }: Standing): AcceptanceShown {
  const href = `/console/relying-parties/${encodeURIComponent(testedAs)}/acceptance`;
  const shown = { href, endedAt: latest?.endedAt };
  if (lapse !== undefined) return { ...shown, state: 'lapsed', graceUntil: lapse.graceUntil };
  if (isGreen) return { ...shown, state: 'green' };
  // Green, and yet not: what is registered has changed since, or it is too long ago.
  if (latest?.state === 'green') return { ...shown, state: 'outdated' };
  return { ...shown, state: latest === undefined ? 'never' : 'not-green' };
}

/** Every day of the period, in UTC as they are counted, those without a failure among them. */
function daysOf(counted: readonly { day: string; count: number }[], now: number) {
  const today = Math.floor(now / DAY) * DAY;
  const counts = new Map(counted.map(({ day, count }) => [Date.parse(`${day}T00:00:00Z`), count]));
  const length = KEPT_FOR / DAY;
  return Array.from({ length }, (_none, index) => {
    const at = today - (length - 1 - index) * DAY;
    return { at: at + 12 * HOUR, count: counts.get(at) ?? 0 };
  });
}
