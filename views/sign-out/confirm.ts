import { button, form, type HiddenField, isolated, notice } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

type SignOutConfirmProps = {
  frame: Frame;
  action: string;
  hidden: readonly HiddenField[];
  /** The service that sent the citizen here: it has signed them out already. */
  from?: InBothLanguages | undefined;
  /** The services reached in this session, other than `from`. */
  services: readonly InBothLanguages[];
  /** What the second button does: the protocol then signs out of `from` alone, or of nothing. */
  otherwise: 'only-this-service' | 'stay-signed-in';
};

export function signOutConfirm(
  text: Text,
  { frame, action, hidden, from, services, otherwise }: SignOutConfirmProps,
): Html {
  const words = text.signOut;
  const main = html`<h1>${words.heading}</h1>
${from !== undefined && html`<p>${words.alreadyOut(isolated(text, from))}</p>`}
<p>${situation(text, { cameFromService: from !== undefined, hasServices: services.length > 0 })}</p>
${services.length > 0 && html`<ul class="services">${services.map((service) => html`<li>${isolated(text, service)}</li>`)}</ul>`}
${notice({ kind: 'warning', content: html`<p>${words.sharedDevice}</p>` })}
${form({
  action,
  hidden,
  content: html`<div class="actions">${button({ label: words.everything, name: 'logout', value: 'yes' })}
${button({ label: otherwise === 'only-this-service' ? words.onlyThisService : words.staySignedIn, kind: 'secondary' })}</div>`,
})}`;
  return layout(text, { frame, heading: words.heading, main });
}

function situation(
  text: Text,
  { cameFromService, hasServices }: { cameFromService: boolean; hasServices: boolean },
): string {
  const words = text.signOut;
  if (cameFromService) return hasServices ? words.stillIn : words.stillInPanjereh;
  return hasServices ? words.signedInTo : words.signedInOnlyHere;
}
