import { isolated, link, linkButton, notice } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { consolePage, type ShownOperator } from './page.ts';

type RoleShown = {
  role: keyof Text['console']['roles'];
  organisation?: { id: string; name: InBothLanguages; stage: keyof Text['console']['stages'] };
};

type ConsoleHomeProps = {
  frame: Frame;
  operator: ShownOperator;
  roles: readonly RoleShown[];
  hasJustAsked?: boolean;
};

export function consoleHome(text: Text, { frame, operator, roles, hasJustAsked = false }: ConsoleHomeProps): Html {
  const words = text.console.home;
  const { ask } = text.consoleOrganisations;
  const body = html`${hasJustAsked && notice({ kind: 'success', content: html`<p>${ask.done}</p>` })}<p>${words.welcome(html`<bdi class="name">${operator.name}</bdi>`)}</p>
<section><h2>${words.yourRoles}</h2>
${roles.length === 0 ? html`<p>${words.noRole}</p>` : html`<ul class="cards">${roles.map((role) => html`<li>${card(text, role)}</li>`)}</ul>`}
<div class="actions">${linkButton({ label: ask.link, href: '/console/ask', kind: roles.length === 0 ? 'primary' : 'secondary' })}</div></section>`;
  return consolePage(text, { frame, operator, section: 'home', heading: words.heading }, body);
}

function card(text: Text, { role, organisation }: RoleShown): Html {
  const { roles, roleMeaning, stages, home } = text.console;
  return html`<div class="card"><h3>${organisation === undefined ? roles[role] : link({ label: isolated(text, organisation.name), href: `/console/organisations/${encodeURIComponent(organisation.id)}` })}</h3>
<p>${organisation !== undefined && html`<span class="tag">${roles[role]}</span> <span class="tag">${home.stage}: ${stages[organisation.stage]}</span>`}</p>
<p>${roleMeaning[role]}</p></div>`;
}
