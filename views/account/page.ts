/** The frame around the citizen's own pages: where one is among them, and the way out. */
import { attributes, type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type AccountSection = keyof Text['account']['sections'];

const PATHS: Readonly<Record<AccountSection, string>> = {
  overview: '/account',
  services: '/account/services',
  attached: '/account/attached',
  security: '/account/security',
  sessions: '/account/sessions',
  activity: '/account/activity',
  data: '/account/data',
};

type AccountPage = {
  frame: Frame;
  section: AccountSection;
  heading: string;
  content: Html;
  hasErrors?: boolean;
  scripts?: readonly string[];
};

export function accountPage(text: Text, { section, heading, content, ...page }: AccountPage): Html {
  const { sections, navigation, signOut } = text.account;
  const names = Object.keys(sections) as AccountSection[];
  const main = html`<nav class="account-nav" aria-label="${navigation}"><ul>
${names.map((name) => html`<li><a${attributes({ href: PATHS[name], 'aria-current': name === section ? 'page' : undefined })}>${sections[name]}</a></li>`)}
<li class="account-nav-out"><a href="/logout">${signOut}</a></li>
</ul></nav>
<h1>${heading}</h1>
${content}`;
  return layout(text, { ...page, heading, main, width: 'wide' });
}
