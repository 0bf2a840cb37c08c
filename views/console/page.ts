/** The frame around the console's pages: who works there, where one is, and the way out. */
import { attributes, type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

export type ConsoleSection = keyof Text['console']['sections'];

const PATHS: Readonly<Record<ConsoleSection, string>> = {
  home: '/console',
  organisations: '/console/organisations',
  operators: '/console/operators',
  approvals: '/console/approvals',
  'relying-parties': '/console/relying-parties',
  sources: '/console/sources',
  keys: '/console/keys',
  incidents: '/console/incidents',
  audit: '/console/audit',
};

/** `csrf` is the hidden field of every form of the console. */
export type ShownOperator = { name: string; sections: readonly ConsoleSection[]; csrf: string };

type ConsolePage = {
  frame: Frame;
  operator: ShownOperator;
  /** Where the page stands in the navigation; nowhere for one that stands beside it. */
  section?: ConsoleSection | undefined;
  heading: string;
  hasErrors?: boolean;
  scripts?: readonly string[];
};

export function consolePage(text: Text, { operator, section, heading, ...page }: ConsolePage, body: Html): Html {
  const words = text.console;
  const main = html`<nav class="account-nav console-nav" aria-label="${words.navigation}"><ul>
${operator.sections.map((name) => html`<li><a${attributes({ href: PATHS[name], 'aria-current': name === section ? 'page' : undefined })}>${words.sections[name]}</a></li>`)}
</ul>
<form class="console-out" method="post" action="/console/sign-out"><input type="hidden" name="csrf" value="${operator.csrf}"><bdi class="name">${operator.name}</bdi> <button class="button button-quiet" type="submit"><span>${words.signOut}</span></button></form>
</nav>
<h1>${heading}</h1>
${body}`;
  return layout(text, { ...page, heading, main, width: 'table', stylesheets: ['/assets/console.css'] });
}
