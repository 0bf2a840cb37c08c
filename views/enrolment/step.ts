import { type Asker, errorSummary, type FormError, isolated, link } from '../components.ts';
import { type Html, html, type Renderable } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

/** The questions in their order. A step that some people skip does not change the count of the others. */
const QUESTIONS = ['identity', 'phone', 'phone-code', 'password', 'passkey', 'recovery-codes'] as const;

type Question = (typeof QUESTIONS)[number];

/** What every page of the way has. */
export type StepProps = {
  frame: Frame;
  csrf: string;
  /** Who gets the citizen back in the end; undefined when nobody asked. */
  asker?: Asker | undefined;
  /** The page before, where going back is possible. */
  backHref?: string | undefined;
};

type StepPage = StepProps & {
  question?: Question;
  heading: string;
  errors?: readonly FormError[];
  content: Renderable;
  scripts?: readonly string[];
};

/** One question a page: how far one is, what went wrong, the question as the heading, and then the form. */
export function stepPage(text: Text, { question, heading, errors = [], content, ...page }: StepPage): Html {
  const main = html`${page.backHref !== undefined && html`<p class="back">${link({ label: text.enrolment.back, href: page.backHref })}</p>`}
${errorSummary(text, errors)}
${question !== undefined && progress(text, question)}
<h1>${heading}</h1>
${content}
${page.asker !== undefined && goingBackTo(text, page.asker)}`;
  return layout(text, {
    frame: page.frame,
    heading,
    main,
    hasErrors: errors.length > 0,
    scripts: page.scripts ?? [],
  });
}

/** The words say it; the bar beside them is for the eye alone. */
function progress(text: Text, question: Question): Html {
  const step = QUESTIONS.indexOf(question) + 1;
  return html`<p class="progress">${text.enrolment.progress(step, QUESTIONS.length)}</p>
<div class="progress-bar" aria-hidden="true">${QUESTIONS.map((_, index) => html`<span class="${index < step ? 'reached' : 'ahead'}"></span>`)}</div>`;
}

function goingBackTo(text: Text, { name }: Asker): Html {
  return html`<p class="going-back quiet">${text.enrolment.returnsTo(isolated(text, name))}</p>`;
}
