import { isolated } from '../components.ts';
import { formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

/** What came of a sign-out at one service. Milliseconds since 1970. */
export type ServiceSignedOut = { name: InBothLanguages } & (
  | { state: 'arrived' | 'given-up' | 'takes-no-part' }
  | { state: 'trying'; nextAttemptAt: number }
);

/** "Signed out of 6 of 7 services, still trying one", and each service below it. */
export function signedOutStates(
  text: Text,
  { services, lookAgainHref }: { services: readonly ServiceSignedOut[]; lookAgainHref: string },
): Html | undefined {
  if (services.length === 0) return undefined;
  const words = text.signOut.states;
  const arrived = services.filter(({ state }) => state === 'arrived').length;
  const trying = services.filter(({ state }) => state === 'trying').length;
  return html`<div class="signed-out-states" role="status">
<p>${words.summary({ arrived, of: services.length, trying })}</p>
<ul class="services">${services.map((service) => html`<li>${isolated(text, service.name)}: ${stateInWords(text, service)}</li>`)}</ul>
${trying > 0 && html`<p class="quiet">${words.looksAgain} <a href="${lookAgainHref}">${words.lookAgain}</a></p>`}
</div>`;
}

function stateInWords(text: Text, service: ServiceSignedOut): Html {
  const words = text.signOut.states;
  switch (service.state) {
    case 'arrived':
      return html`${words.arrived}`;
    case 'given-up':
      return html`${words.givenUp}`;
    case 'takes-no-part':
      return html`${words.takesNoPart}`;
    case 'trying':
      return words.trying(
        html`<time datetime="${machineTime(service.nextAttemptAt)}">${formatTime(text.language, service.nextAttemptAt)}</time>`,
      );
  }
}
