import { isolated, link, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

export type ServiceKind = keyof Text['window']['kinds'];

export type ConnectedService = { name: InBothLanguages; kind: ServiceKind; openHref: string };

export type HomeProps = {
  frame: Frame;
  /** The citizen of the current session, as they are called. */
  citizen?: { name: InBothLanguages; sessionsHref: string; signOutHref: string } | undefined;
  signInHref?: string | undefined;
  services: readonly ConnectedService[];
};

export function home(text: Text, { frame, citizen, signInHref, services }: HomeProps): Html {
  const words = text.window;
  const main = html`<div class="hero">
<h1>${words.heading}</h1>
<p class="lead">${words.what} ${words.privacy}</p>
${citizen === undefined ? html`<p class="actions">${linkButton({ label: words.signIn, href: signInHref })}</p>` : signedIn(text, citizen)}
</div>
<section aria-labelledby="services">
<h2 id="services">${words.services}</h2>
${services.length === 0 ? html`<p>${words.noServices}</p>` : byKind(text, services)}
</section>`;
  return layout(text, { frame, heading: words.heading, main, width: 'wide' });
}

function signedIn(text: Text, { name, sessionsHref, signOutHref }: NonNullable<HomeProps['citizen']>): Html {
  const words = text.window;
  return html`<div class="signed-in"><p>${words.signedInAs(isolated(text, name))}</p>
<p class="link-row">${link({ label: words.sessions, href: sessionsHref })} ${link({ label: words.signOut, href: signOutHref })}</p></div>`;
}

function byKind(text: Text, services: readonly ConnectedService[]): Html[] {
  const { kinds } = text.window;
  const groups = Map.groupBy(services, ({ kind }) => (Object.hasOwn(kinds, kind) ? kind : 'other'));
  const inOrder = (Object.keys(kinds) as ServiceKind[]).filter((kind) => groups.has(kind));
  return inOrder.map(
    (kind) => html`<section class="service-group"><h3>${kinds[kind]}</h3>
<ul class="service-links">${(groups.get(kind) ?? []).map((service) => html`<li>${serviceLink(text, service)}</li>`)}</ul></section>`,
  );
}

/** A service whose address we would not lead to is still listed, without a link. */
function serviceLink(text: Text, { name, openHref }: ConnectedService): Html {
  const label = isolated(text, name);
  return link({ label, href: openHref }) ?? label;
}
