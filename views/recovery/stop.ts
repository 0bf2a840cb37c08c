import { button, field, form, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type WayProps, wayPage } from './way.ts';

export type StopProps = WayProps & {
  action: string;
  /** From the link in the message. */
  code?: string | undefined;
  error?: { kind: 'missing' | 'wrong' } | { kind: 'slow-down'; retryAfterMs: number } | undefined;
};

/** For whoever still has the old number: no sign-in, only the code of the message; and a question first, because phones open links by themselves. */
export function stop(text: Text, { action, csrf, code, error, ...way }: StopProps): Html {
  const words = text.recovery.stop;
  const errors = error === undefined ? [] : [explain(text, error)];
  const content = html`<p>${words.what}</p>
${form({
  action,
  csrf,
  content: html`${field(text, {
    name: 'code',
    label: words.label,
    error: errors.find((each) => each.field === 'code')?.message,
    value: code,
    autocomplete: 'off',
    inputmode: 'numeric',
    dir: 'ltr',
    maxLength: 100,
  })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}
<p class="way-out quiet">${words.leave}</p>`;
  return wayPage(text, { ...way, heading: words.heading, errors, content });
}

export function stopped(text: Text, { frame, signInHref }: { frame: Frame; signInHref: string }): Html {
  const words = text.recovery.stopped;
  const main = html`<h1>${words.heading}</h1>
<p>${words.what}</p>
<p>${words.more}</p>
<div class="actions">${linkButton({ label: text.recovery.done.signIn, href: signInHref })}</div>`;
  return layout(text, { frame, heading: words.heading, main });
}

function explain(text: Text, error: NonNullable<StopProps['error']>): { field?: string; message: string } {
  if (error.kind === 'slow-down') return { message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) };
  return { field: 'code', message: text.recovery.stop[error.kind] };
}
