import { linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type Why = Exclude<keyof Text['console']['signIn']['failed'], 'heading'>;

/** Nobody is signed in here, so the page stands outside the console's frame. */
export function consoleSignInFailed(
  text: Text,
  { frame, why, againHref }: { frame: Frame; why: Why; againHref: string },
): Html {
  const { failed, again, addPasskey } = text.console.signIn;
  const needsPasskey = why === 'no-passkey';
  const main = html`<h1>${failed.heading}</h1>
<p>${failed[why]}</p>
<div class="actions">${needsPasskey && linkButton({ label: addPasskey, href: '/account/security/passkey' })}
${linkButton({ label: again, href: againHref, kind: needsPasskey ? 'secondary' : 'primary' })}</div>`;
  return layout(text, { frame, heading: failed.heading, main, hasErrors: true });
}

export function consoleSignedOut(text: Text, { frame, againHref }: { frame: Frame; againHref: string }): Html {
  const { signedOut, again } = text.console.signIn;
  const main = html`<h1>${signedOut.heading}</h1>
<p>${signedOut.what}</p>
<div class="actions">${linkButton({ label: again, href: againHref, kind: 'secondary' })}</div>`;
  return layout(text, { frame, heading: signedOut.heading, main });
}
