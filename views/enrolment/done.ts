import { type Asker, button, checkbox, definitionList, form, isolated, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

export type DoneProps = {
  frame: Frame;
  csrf: string;
  name: InBothLanguages;
  identityLevel: keyof Text['enrolment']['done']['identityLevels'];
  hasPasskey: boolean;
  next:
    | { kind: 'resume'; action: string; asker: Asker | undefined }
    /** The university asked so long ago that it has to ask again. */
    | { kind: 'asked-too-long-ago'; windowHref: string }
    | { kind: 'window'; windowHref: string };
};

/** What was reached, in words, and where one goes from here. */
export function done(text: Text, { frame, csrf, name, identityLevel, hasPasskey, next }: DoneProps): Html {
  const words = text.enrolment.done;
  const main = html`<h1>${words.heading}</h1>
<p>${words.name(isolated(text, name))}</p>
<div class="reference">${definitionList([
    { term: words.identity, description: words.identityLevels[identityLevel] },
    { term: words.signIn, description: words.signInLevels[hasPasskey ? 'passkey' : 'code'] },
  ])}</div>
${whereNext(text, next, csrf)}`;
  return layout(text, { frame, heading: words.heading, main });
}

function whereNext(text: Text, next: DoneProps['next'], csrf: string): Html {
  const words = text.enrolment.done;
  switch (next.kind) {
    case 'resume': {
      const label = next.asker === undefined ? words.goOnUnnamed : words.goOn(isolated(text, next.asker.name));
      const { sharedComputer, sharedComputerHint: hint } = text.signIn;
      return form({
        action: next.action,
        csrf,
        content: html`${checkbox({ id: 'shared_computer', name: 'shared_computer', value: 'yes', label: sharedComputer, hint })}
<div class="actions">${button({ label })}</div>`,
      });
    }
    case 'asked-too-long-ago':
    case 'window':
      return html`<p>${next.kind === 'window' ? words.whereNext : words.signInAgain}</p>
<div class="actions">${linkButton({ label: words.toWindow, href: next.windowHref })}</div>`;
  }
}
