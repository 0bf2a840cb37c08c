import { errorSummary, type FormError, link } from '../components.ts';
import { type Html, html, type Renderable } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

/** What every page of the way back has. */
export type WayProps = { frame: Frame; csrf: string; backHref?: string | undefined };

type WayPage = Pick<WayProps, 'frame' | 'backHref'> & {
  heading: string;
  errors?: readonly FormError[];
  content: Renderable;
  scripts?: readonly string[];
};

/** One question a page. How many are to come depends on what is left of the citizen's factors, so nothing is counted. */
export function wayPage(text: Text, { frame, backHref, heading, errors = [], content, scripts = [] }: WayPage): Html {
  const main = html`${backHref !== undefined && html`<p class="back">${link({ label: text.enrolment.back, href: backHref })}</p>`}
${errorSummary(text, errors)}
<h1>${heading}</h1>
${content}`;
  return layout(text, { frame, heading, main, hasErrors: errors.length > 0, scripts });
}
