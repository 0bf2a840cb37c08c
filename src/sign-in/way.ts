import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { CitizenWithFactors, FindWithFactors } from '#citizens/factors.ts';
import { newestProofs, type Proof, strongestOf } from '#citizens/proofs.ts';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';
import type { Clock } from '#platform/clock.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import type { Interaction, Interactions } from '#protocol/interactions.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Html } from '#views/html.ts';
import type { StepPageProps } from '#views/sign-in/step-page.ts';
import type { Text } from '#views/text/text.ts';
import { askerOf } from './asker.ts';
import type { NoteSignIn } from './note-sign-in.ts';
import { isSharedIn, readProgress, type SignInProgress, withProof, writeProgress } from './progress.ts';
import type { RememberCookie } from './remember-cookie.ts';
import { type Standing, standingOf } from './standing.ts';

export type WayNeeds = {
  interactions: Interactions;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  clock: Clock;
  rememberCookie: RememberCookie;
  rememberedDevices: Pick<RememberedDevices, 'isRemembered' | 'remember'>;
  noteSignIn: NoteSignIn;
  findWithFactors: FindWithFactors;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  networkOf(ctx: Context): string;
};

/** A sign-in in this browser, where it stands, and what its pages take from the request. */
export type Here<At extends Standing['at'] = Standing['at']> = {
  ctx: Context;
  interaction: Interaction;
  progress: SignInProgress | undefined;
  text: Text;
  step: StepPageProps;
} & { standing: Extract<Standing, { at: At }> };

export type Way = ReturnType<typeof createWay>;

type KeptProof = { citizenId: string; method: Proof['method']; isShared?: boolean; known?: CitizenWithFactors };

/** What every step does alike: finds out where the sign-in stands, and sends whoever is elsewhere to that page. */
export function createWay(needs: WayNeeds) {
  const { interactions, frames, csrf, audit, clock, rememberCookie, rememberedDevices, networkOf } = needs;

  async function standingIn(
    ctx: Context,
    { interaction, progress, known: given }: Pick<Here, 'interaction' | 'progress'> & { known?: CitizenWithFactors },
  ) {
    const who =
      progress?.citizenId ?? (interaction.session?.methods.length ? interaction.session.citizenId : undefined);
    if (who === undefined) return standingOf({ interaction, progress, known: undefined, isRemembered: false });
    const [found, isRemembered] = await Promise.all([
      given?.citizen.id === who ? given : needs.findWithFactors(who),
      rememberedDevices.isRemembered({ citizenId: who, cookie: rememberCookie.read(ctx) }),
    ]);
    const known = found !== undefined && mayUseAccount(found.citizen) ? found : undefined;
    return standingOf({ interaction, progress, known, isRemembered });
  }

  async function open(ctx: Context): Promise<Here> {
    const interaction = await interactions.load(ctx);
    const progress = readProgress(interaction);
    const standing = await standingIn(ctx, { interaction, progress });
    const { text, frame } = frames.of(ctx, interaction.uiLocales);
    const relyingParty = await needs.findRelyingParty(interaction.clientId);
    const step: StepPageProps = {
      frame,
      csrf: csrf.tokenFor(ctx),
      asker: askerOf(relyingParty, interaction.redirectUri),
      cancelAction: `/sign-in/${interaction.uid}/cancel`,
    };
    return { ctx, interaction, progress, standing, text, step };
  }

  /** To the page of where it stands; the end is no page but the way back. */
  async function goOn(
    ctx: Context,
    { interaction, progress, standing }: Omit<Here, 'ctx' | 'text' | 'step'>,
  ): Promise<void> {
    // Signed in and still not good enough: going back would only lead here again.
    const isInVain = standing.at === 'end' && interaction.isIdentityTooLow;
    if (standing.at === 'end' && !isInVain) return finish(ctx, interaction, standing.citizen, progress);
    ctx.status = 303;
    ctx.redirect(`/sign-in/${interaction.uid}${PAGE_OF[standing.at === 'end' ? 'unmet' : standing.at]}`);
  }

  async function finish(
    ctx: Context,
    interaction: Interaction,
    citizen: Citizen,
    progress: SignInProgress | undefined,
  ) {
    const proofs = progress?.citizenId === citizen.id ? progress.proofs : [];
    const isShared = isSharedIn({ progress, interaction });
    const all = newestProofs(interaction.session?.citizenId === citizen.id ? interaction.session.methods : [], proofs);
    if (proofs.length > 0) {
      await audit.citizenSignedIn({
        citizenId: citizen.id,
        clientId: interaction.clientId,
        acr: strongestOf(all)?.acr ?? '',
        sharedComputer: isShared,
        network: networkOf(ctx),
      });
      const { language } = frames.of(ctx, interaction.uiLocales).text;
      // Not before it is on record: nobody is told of a sign-in that there was not.
      await needs.noteSignIn(ctx, { citizen, isShared, language });
    }
    await interactions.finishSignIn(ctx, interaction, { citizenId: citizen.id, methods: proofs, isShared });
  }

  /** Keeps what has happened, and goes on from where that leads. */
  async function moveOn(
    { ctx, interaction }: Pick<Here, 'ctx' | 'interaction'>,
    next: SignInProgress,
    known?: CitizenWithFactors,
  ) {
    const standing = await standingIn(ctx, { interaction, progress: next, ...(known === undefined ? {} : { known }) });
    const keep = () => interactions.saveProgress(ctx, writeProgress(next));
    if (standing.at !== 'end') await keep();
    await goOn(ctx, { interaction, progress: next, standing }).catch(async (error: unknown) => {
      // At the end nothing was kept, and what was just proven may be used up: whoever looks again goes on from here.
      if (standing.at === 'end') await keep().catch(() => {});
      throw error;
    });
    return standing;
  }

  return {
    open,
    goOn,

    /** Undefined when the answer already leads to the page where the sign-in stands. */
    async openAt<At extends Standing['at']>(ctx: Context, place: At): Promise<Here<At> | undefined> {
      const here = await open(ctx);
      if (isAt(here, place)) return here;
      await goOn(ctx, here);
      return undefined;
    },

    async postAt<At extends Standing['at']>(
      ctx: Context,
      place: At,
    ): Promise<{ here: Here<At>; form: Form } | undefined> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await this.openAt(ctx, place);
      return here === undefined ? undefined : { here, form };
    },

    /** Keeps a proof, and goes on from where that leads. Whoever was read after it was proven need not be read again. */
    async keepProof(
      { ctx, interaction, progress }: Pick<Here, 'ctx' | 'interaction' | 'progress'>,
      { citizenId, method, isShared = isSharedIn({ progress, interaction }), known }: KeptProof,
    ): Promise<Standing> {
      const proof: Proof = { method, at: clock.now() };
      const next = withProof(progress, { citizenId, proof, isShared });
      return moveOn({ ctx, interaction }, next, known);
    },

    moveOn,

    async save({ ctx }: Pick<Here, 'ctx'>, progress: SignInProgress): Promise<void> {
      await interactions.saveProgress(ctx, writeProgress(progress));
    },

    async remember({ ctx }: Pick<Here, 'ctx'>, citizenId: string): Promise<void> {
      const value = await rememberedDevices.remember({
        citizenId,
        userAgent: ctx.get('user-agent'),
        network: networkOf(ctx),
        cookie: rememberCookie.read(ctx),
      });
      rememberCookie.write(ctx, value);
    },

    send(
      { ctx, interaction }: Pick<Here, 'ctx' | 'interaction'>,
      page: Html,
      { status = 200, hasScript = false } = {},
    ): void {
      sendPage(ctx, page, { status, hasScript, formTargets: interaction.formTargets });
    },
  };
}

/** Under the address of the sign-in. */
const PAGE_OF = {
  beginning: '',
  'password-again': '/password',
  'second-factor': '/second-factor',
  'new-password': '/new-password',
  closing: '/closing',
  unmet: '/unmet',
} as const satisfies Record<Exclude<Standing['at'], 'end'>, string>;

function isAt<At extends Standing['at']>(here: Here, place: At): here is Here & Here<At> {
  return here.standing.at === place;
}
