import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { ORGANISATION_KINDS, type OrganisationDraft } from '#relying-parties/organisation.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { type AskTyped, askToConnect } from '#views/console/organisations/ask.ts';
import { isOrganisationRequest, ORGANISATION_ASKS } from '../approvals/console-acts.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { faultWords } from './fault-words.ts';
import type { OrganisationHereNeeds } from './organisation-here.ts';
import { typedContacts } from './typed-contacts.ts';

type Needs = {
  consoleFrames: OrganisationHereNeeds['consoleFrames'];
  organisations: Organisations;
  approvals: OrganisationHereNeeds['approvals'];
};

const LONGEST_WHY = 1000;
const NEEDED_CONTACTS = ['technical', 'security'] as const;

/**
 * Whoever has proven who they are may ask for their organisation. Names and kind of one that is registered already are
 * the ministry's and stay as they are.
 */
export function createAskSteps({ consoleFrames, organisations, approvals }: Needs) {
  return {
    async show(ctx, here) {
      const { text, ...shown } = consoleFrames.of(ctx, here);
      sendPage(ctx, askToConnect(text, shown));
    },

    async submit(ctx, here, form) {
      const typed = readTyped(form);
      const words = consoleFrames.of(ctx, here).text.consoleOrganisations;
      const missing = NEEDED_CONTACTS.filter((role) => !typed.contacts.some((contact) => contact.role === role));
      const faults = {
        ...(typed.why === '' ? { why: words.ask.errors['why-missing'] } : {}),
        ...Object.fromEntries(missing.map((role) => [`${role}_name`, words.ask.errors.contact])),
      };
      const waiting = await approvals.list({ state: 'waiting' });
      const hasAsked = waiting.some((each) => each.askedBy === here.citizenId && isOrganisationRequest(each.payload));
      if (hasAsked) return again(ctx, here, typed, { id: words.ask.errors.once });
      if (Object.keys(faults).length > 0) return again(ctx, here, typed, faults);
      const there = await organisations.find(typed.id.trim().toLowerCase());
      if (there !== undefined && there.stage !== 'not-begun')
        return again(ctx, here, typed, { id: words.ask.errors.taken });
      const draft: OrganisationDraft =
        there === undefined
          ? {
              id: typed.id,
              name: { fa: typed.nameFa, en: typed.nameEn },
              kind: ORGANISATION_KINDS.find((kind) => kind === typed.kind) ?? 'state',
              stage: 'not-begun',
              contacts: typed.contacts,
            }
          : { ...there, contacts: typed.contacts };
      const saved = await organisations.save(draft, { by: here.citizenId });
      if (saved.outcome === 'refused') return again(ctx, here, typed, faultWords(saved.faults, words));
      const id = there?.id ?? typed.id.trim();
      const moved = await organisations.moveTo({ id, stage: 'requested', by: here.citizenId, why: typed.why });
      // Of two who ask at once one is first.
      if (moved.outcome !== 'moved') return again(ctx, here, typed, { id: words.ask.errors.taken });
      await approvals.ask({
        act: 'connect-organisation',
        subject: id,
        organisationId: id,
        askedBy: here.citizenId,
        why: typed.why,
        payload: ORGANISATION_ASKS,
      });
      ctx.status = 303;
      ctx.redirect('/console?asked=yes');
    },
  } satisfies Record<string, ConsoleRoute['answer']>;

  function again(ctx: Context, here: OperatorHere, typed: AskTyped, faults: Record<string, string>): void {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    sendPage(ctx, askToConnect(text, { ...shown, typed, faults }), { status: 422 });
  }
}

function readTyped(form: Form): AskTyped & { contacts: ReturnType<typeof typedContacts> } {
  return {
    id: form.text('id'),
    nameFa: form.text('name_fa'),
    nameEn: form.text('name_en'),
    kind: form.text('kind'),
    why: form.text('why').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY),
    contacts: typedContacts(form),
  };
}
