import { type Asker, button, errorSummary, type FormError, form, isolated } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

/** What every step after the first has in common. */
export type StepPageProps = {
  frame: Frame;
  csrf: string;
  asker?: Asker | undefined;
  /** Where giving up is posted to. */
  cancelAction: string;
};

type Step = StepPageProps & {
  heading: string;
  content: Html;
  errors?: readonly FormError[];
  scripts?: readonly string[];
};

export function stepPage(
  text: Text,
  { frame, csrf, asker, cancelAction, heading, content, errors = [], scripts = [] }: Step,
): Html {
  const main = html`${errorSummary(text, errors)}
<h1>${heading}</h1>
${content}
${cancel(text, { action: cancelAction, csrf, asker })}`;
  return layout(text, { frame, heading, main, hasErrors: errors.length > 0, scripts });
}

export function cancel(
  text: Text,
  { action, csrf, asker }: { action: string; csrf: string; asker: Asker | undefined },
): Html {
  const { cancel: plain, cancelAndReturn } = text.signIn;
  const label = asker === undefined ? plain : cancelAndReturn(isolated(text, asker.name));
  return html`<div class="way-out">${form({ action, csrf, content: button({ label, kind: 'quiet' }) })}</div>`;
}
