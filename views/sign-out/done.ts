import { isolated, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { type ServiceSignedOut, signedOutStates } from './states.ts';

type SignOutDoneProps = {
  frame: Frame;
  /** undefined: signed out of everything. Otherwise of this service alone. */
  onlyFrom?: InBothLanguages | undefined;
  signInHref?: string | undefined;
  /** What came of it at each service that was reached in the session. */
  services?: readonly ServiceSignedOut[];
};

export function signOutDone(text: Text, { frame, onlyFrom, signInHref, services = [] }: SignOutDoneProps): Html {
  const words = text.signOut.done;
  const signIn = linkButton({ label: words.signInAgain, href: signInHref, kind: 'secondary' });
  const main = html`<h1>${words.heading}</h1>
${
  onlyFrom === undefined
    ? html`<p>${services.length === 0 ? html`${words.everywhere} ${words.mayTakeAMoment}` : words.ofPanjereh}</p>
${signedOutStates(text, { services, lookAgainHref: '/logout/success' })}
<p>${words.sharedDevice}</p>`
    : html`<p>${words.onlyService(isolated(text, onlyFrom))}</p>`
}
${signIn !== undefined && html`<div class="actions">${signIn}</div>`}`;
  return layout(text, { frame, heading: words.heading, main });
}
