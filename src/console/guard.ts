import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { CONSOLE_PATHS } from '#protocol/console-client.ts';
import type { ConsoleForms } from './console-forms.ts';
import type { ConsoleRoute } from './console-route.ts';
import type { FindOperatorHere, OperatorHere } from './operator-here.ts';

type Needs = {
  operatorHere: FindOperatorHere;
  forms: ConsoleForms;
  audit: Pick<AuditEvents, 'operatorRefused'>;
};

const NO_FORM: Form = { text: () => '', all: () => [], encoded: () => '' };

/**
 * The one gate of the console: nothing is answered before somebody is signed in, may do it, and sent it from a page of
 * theirs. It is closed unless the table says otherwise.
 */
export function createGuard({ operatorHere, forms, audit }: Needs) {
  return (route: ConsoleRoute) =>
    async (ctx: Context): Promise<void> => {
      const here = await operatorHere(ctx);
      if (here === undefined) return sendToSignIn(ctx, route);
      // Before anything is looked up: whoever is not allowed learns nothing, and a forged form less.
      const form = route.method === 'POST' ? await readForm(ctx, sizeOf(route)) : NO_FORM;
      if (route.method === 'POST') forms.check(ctx, here, form.text('csrf'));
      // No text of the database can hold this character: it would be a failure of ours wherever it is looked up.
      if (ctx.url.includes('%00') || form.encoded().includes('%00')) throw new Refusal('bad-request', 400);
      if (!(await isAllowed(ctx, route, here))) {
        await audit.operatorRefused({ by: here.citizenId, route: `${route.method} ${route.path}` });
        throw new Refusal('not-allowed', 403);
      }
      return route.answer(ctx, here, form);
    };
}

/** Exported for the test that walks the whole table. */
async function isAllowed(ctx: Context, { needs, about }: ConsoleRoute, here: OperatorHere): Promise<boolean> {
  if (needs === 'sign-in-alone') return true;
  const organisationId = await about?.(ctx, here);
  return [needs].flat().some((permission) => here.may(permission, { organisationId }));
}

function sizeOf({ longestForm }: ConsoleRoute) {
  return longestForm === undefined ? {} : { longest: longestForm };
}

/** A page comes again after the sign-in; what was typed into a form is lost, because nobody knows who typed it. */
function sendToSignIn(ctx: Context, { method }: ConsoleRoute): void {
  const target = method === 'GET' ? `${ctx.path}${ctx.search}` : CONSOLE_PATHS.home;
  ctx.status = 303;
  ctx.redirect(`${CONSOLE_PATHS.enter}?${new URLSearchParams({ to: target })}`);
}
