import { button, form, notice } from '../components.ts';
import { formatDate } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type StepPageProps, stepPage } from './step-page.ts';

/** Times in milliseconds since 1970. */
type ClosingProps = StepPageProps & { action: string; closesAt: number };

/** The account waits for its end: keeping it is the first thing offered, and going on changes nothing. */
export function closing(text: Text, { action, closesAt, ...step }: ClosingProps): Html {
  const words = text.accountEndings.closing;
  const { csrf } = step;
  const date = formatDate(text.language, closesAt);
  const choose = (decision: 'keep' | 'go-on', label: string) =>
    button({ label, name: 'decision', value: decision, kind: decision === 'keep' ? 'primary' : 'secondary' });
  const content = html`${notice({ kind: 'warning', content: html`<p>${words.comes(date)}</p>` })}
<p>${words.ifNotYou}</p>
${form({
  action,
  csrf,
  content: html`<div class="actions">${choose('keep', words.keep)}${choose('go-on', words.goOn)}</div>`,
})}`;
  return stepPage(text, { ...step, heading: words.heading, content });
}
