import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';

/** Why something was asked for or done: in words where the provider gave a word for it, and else as a person wrote it. */
export function whyShown({ relyingParties: { whyAsked } }: Text, why: string): Html {
  const words = Object.hasOwn(whyAsked, why) ? whyAsked[why] : undefined;
  return words === undefined ? html`<bdi>${why}</bdi>` : html`${words}`;
}
