import { type Html, html } from '../html.ts';

/** A value for another program, on lines of its own: nothing of the sentence around it gets into the copy. */
export function toCopy(value: string): Html {
  return html`<code class="to-copy" dir="ltr">${value}</code>`;
}
