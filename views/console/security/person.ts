import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';

/** Who acts: the reader, a colleague by name, or what a command was told. */
export type PersonShown = { name: string; isReader: boolean };

export function person({ consoleSecurity }: Text, who: PersonShown | undefined): Html {
  const words = consoleSecurity.incident;
  if (who?.isReader === true) return html`${words.you}`;
  return html`<bdi class="name">${who === undefined || who.name === '' ? words.somebody : who.name}</bdi>`;
}
