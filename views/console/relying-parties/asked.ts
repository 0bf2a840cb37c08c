import { linkButton, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { whyShown } from '../why-shown.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from './page.ts';

/** Something waits for a second person now: what that means, and why. */
export function askedForApproval(text: Text, props: RelyingPartyFrame & { reasons: readonly string[] }): Html {
  const { asked } = text.relyingParties;
  return relyingPartyPage(text, { ...props, tab: 'overview', heading: asked.heading }, [
    notice({ kind: 'information', content: html`<p>${asked.what}</p>` }),
    html`<h2>${asked.reasons}</h2>
<ul>${props.reasons.map((reason) => html`<li>${whyShown(text, reason)}</li>`)}</ul>`,
    linkButton({ label: asked.back, href: partOf(props.relyingParty.clientId, 'overview'), kind: 'secondary' }),
  ]);
}
