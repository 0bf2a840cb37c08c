import type { Context } from 'koa';
import { goTo, postedForm, statusOf } from '#journeys/walk.ts';
import type { Form } from '#platform/http/form.ts';
import type { EnrolmentView } from '#proofing/enrolment.ts';
import type { Interaction, Interactions } from '#protocol/interactions.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type StartProps, start } from '#views/enrolment/start.ts';
import { PAGE_OF, type Way, type WayNeeds } from './way.ts';

type Needs = WayNeeds & { way: Way; interactions: Pick<Interactions, 'load' | 'findRequest'> };

/**
 * The beginning, by itself or out of a sign-in. The latter lives under the sign-in's own path, because the browser
 * hands over the cookie of that sign-in nowhere else: so nobody is led into finishing somebody else's.
 */
export function createStartStep(needs: Needs) {
  const { enrolments, interactions, deviceSecret, frames, csrf, findRelyingParty, way } = needs;

  async function render(ctx: Context, interaction: Interaction | undefined, error?: StartProps['error']) {
    const { text, frame } = frames.of(ctx, interaction?.uiLocales);
    const relyingParty = interaction === undefined ? undefined : await findRelyingParty(interaction.clientId);
    const underWay = await findUnderWay(ctx);
    const page = start(text, {
      frame,
      csrf: csrf.tokenFor(ctx),
      action: interaction === undefined ? '/enrol' : `/sign-in/${interaction.uid}/enrol`,
      asker: relyingParty === undefined ? undefined : { name: relyingParty.name },
      isUnderWay: underWay !== undefined,
      signInHref: interaction === undefined ? '/enter?to=/account' : `/sign-in/${interaction.uid}`,
      error,
    });
    sendPage(ctx, page, { status: statusOf(error) });
  }

  /** Going on keeps the secret, and now leads back to the university that asked last; beginning anew never does. */
  async function begin(ctx: Context, form: Form, interaction: Interaction | undefined): Promise<void> {
    const known = deviceSecret.read(ctx);
    const goesOn = known !== undefined && form.text('go_on') === 'yes';
    if (known !== undefined && !goesOn) await enrolments.act(known, { step: 'cancel' }, way.fromOf(ctx));
    const begun = await enrolments.begin({
      deviceSecret: goesOn ? known : deviceSecret.give(ctx),
      from: way.fromOf(ctx),
      ...(interaction === undefined ? {} : { resume: { interactionUid: interaction.uid } }),
    });
    if (begun.outcome === 'begun') return goTo(ctx, PAGE_OF[begun.enrolment.at]);
    return render(ctx, interaction, { kind: 'slow-down', retryAfterMs: begun.retryAfterMs });
  }

  /** What can still be gone on with. */
  async function findUnderWay(ctx: Context): Promise<EnrolmentView | undefined> {
    const secret = deviceSecret.read(ctx);
    const view = secret === undefined ? undefined : await enrolments.find(secret);
    return view?.at === 'ended' || view?.at === 'done' ? undefined : view;
  }

  return {
    show: (ctx: Context) => render(ctx, undefined),
    async showForSignIn(ctx: Context): Promise<void> {
      await render(ctx, await interactions.load(ctx));
    },
    async submit(ctx: Context): Promise<void> {
      await begin(ctx, await postedForm(ctx, csrf), undefined);
    },
    async submitForSignIn(ctx: Context): Promise<void> {
      await begin(ctx, await postedForm(ctx, csrf), await interactions.load(ctx));
    },
  };
}
