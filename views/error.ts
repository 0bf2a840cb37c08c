import { definitionList, isolated, linkButton, machineWord } from './components.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import type { InBothLanguages, Text } from './text/text.ts';

export type ErrorKind = keyof Text['errors']['kinds'];

type ErrorProps = {
  frame: Frame;
  kind: ErrorKind;
  /** Finds the log line. The page never shows more of the inside than this. */
  reference: string;
  /** Where the citizen came from, when that is known to be safe. */
  back?: { name: InBothLanguages; href: string } | undefined;
  /** The protocol's public error code and sentence, for the engineers of the relying party. */
  protocolError?: { code: string; description?: string | undefined } | undefined;
};

export function error(text: Text, { frame, kind, reference, back, protocolError }: ErrorProps): Html {
  const { heading, whatToDo } = text.errors.kinds[kind];
  const words = text.errors;
  const backButton =
    back && linkButton({ label: text.common.backTo(isolated(text, back.name)), href: back.href, kind: 'secondary' });
  const main = html`<h1>${heading}</h1>
<p>${whatToDo}</p>
<div class="reference">${definitionList([{ term: words.reference, description: machineWord(reference) }])}</div>
${backButton !== undefined && html`<div class="actions">${backButton}</div>`}
${
  protocolError !== undefined &&
  html`<details><summary>${words.forEngineers}</summary>${definitionList([
    { term: words.errorCode, description: machineWord(protocolError.code) },
    ...(protocolError.description === undefined
      ? []
      : [{ term: words.errorDetail, description: machineWord(protocolError.description) }]),
  ])}</details>`
}`;
  return layout(text, { frame, heading, main, hasErrors: true });
}
