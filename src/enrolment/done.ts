import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import { acrOf } from '#citizens/authentication-levels.ts';
import { goTo } from '#journeys/walk.ts';
import type { EnrolmentView } from '#proofing/enrolment.ts';
import type { Interaction, Interactions } from '#protocol/interactions.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type DoneProps, done } from '#views/enrolment/done.ts';
import { nameOf } from './registered-name.ts';
import { type Here, PAGE_OF, type Way, type WayNeeds } from './way.ts';

type Needs = WayNeeds & {
  way: Way;
  audit: AuditEvents;
  interactions: Pick<Interactions, 'load' | 'finishSignIn' | 'findRequest'>;
  hasPasskey(citizenId: string): Promise<boolean>;
  /** Signing in at this browser later on is nothing new. */
  welcomeDevice(ctx: Context, citizenId: string): void;
};

/** The end: what was reached, and on to where the citizen came from, signed in by what was proven on the way. */
export function createDoneStep(needs: Needs) {
  const { way, enrolments, interactions, deviceSecret, audit, findRelyingParty, hasPasskey, networkOf } = needs;

  async function render(
    { ctx, text, props, view }: Here,
    next: DoneProps['next'],
    formTargets: readonly string[] = [],
  ) {
    const page = done(text, {
      frame: props.frame,
      csrf: props.csrf,
      name: nameOf(view.name) ?? { fa: '', en: '' },
      identityLevel: view.identityLevel ?? 'self-asserted',
      hasPasskey: view.citizenId !== undefined && (await hasPasskey(view.citizenId)),
      next,
    });
    sendPage(ctx, page, { formTargets });
  }

  async function resumable(ctx: Context, view: EnrolmentView): Promise<Interaction | undefined> {
    if (view.resume === undefined || view.resume.interactionUid !== ctx.params.uid) return undefined;
    return interactions.load(ctx);
  }

  return {
    /** Without a university, or after its sign-in ran out. */
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['done']);
      if (here === undefined) return;
      const kind = here.view.resume === undefined ? 'window' : 'asked-too-long-ago';
      await render(here, { kind, windowHref: '/' });
    },

    async showForSignIn(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['recovery-codes']);
      if (here === undefined) return;
      const interaction = await resumable(ctx, here.view);
      if (interaction === undefined) return goTo(ctx, PAGE_OF['recovery-codes']);
      const relyingParty = await findRelyingParty(interaction.clientId);
      const asker = relyingParty === undefined ? undefined : { name: relyingParty.name };
      const action = `/sign-in/${interaction.uid}/enrolled`;
      await render(here, { kind: 'resume', action, asker }, interaction.formTargets);
    },

    async submitForSignIn(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['recovery-codes']);
      if (posted === undefined) return;
      const { secret, view } = posted.here;
      const interaction = await resumable(ctx, view);
      if (interaction === undefined) return goTo(ctx, PAGE_OF['recovery-codes']);
      const outcome = await enrolments.act(secret, { step: 'recovery-codes-kept' }, way.fromOf(ctx));
      if (outcome.outcome !== 'moved' || outcome.signIn === undefined) return goTo(ctx, PAGE_OF.done);
      const { citizenId, proofs } = outcome.signIn;
      const isShared = posted.form.text('shared_computer') === 'yes';
      await audit.citizenSignedIn({
        citizenId,
        clientId: interaction.clientId,
        acr: acrOf(proofs.map(({ method }) => method)) ?? '',
        sharedComputer: isShared,
        network: networkOf(ctx),
      });
      deviceSecret.takeBack(ctx);
      if (!isShared) needs.welcomeDevice(ctx, citizenId);
      await interactions.finishSignIn(ctx, interaction, { citizenId, methods: proofs, isShared });
    },
  };
}
