import { button, definitionList, errorSummary, form, link, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type CostShown, costInWords } from './keys.ts';
import { longAnswer } from './long-answer.ts';
import { moment } from './moment.ts';
import { type PersonShown, person } from './person.ts';

export type RevokeProps = {
  frame: Frame;
  operator: ShownOperator;
  kid: string;
  alg: string;
  /** Of the key that signs; another one costs nothing of this. */
  cost: CostShown | 'cookies' | undefined;
  request: { by: PersonShown; at: number; reason: string } | undefined;
  typed?: string;
  error?: 'reasonMissing' | 'reasonPersonal' | undefined;
  refused?: keyof Text['consoleSecurity']['revoke']['refused'] | undefined;
};

/** One person asks here, and another one agrees on the same page. */
export function revokePage(text: Text, props: RevokeProps): Html {
  const { frame, operator, kid, alg, cost, error, refused, request } = props;
  const words = text.consoleSecurity.revoke;
  const faults = error === undefined ? [] : [{ field: 'reason', message: words[error] }];
  const body = html`${errorSummary(text, faults)}
${refused !== undefined && notice({ kind: 'warning', content: words.refused[refused] })}
${definitionList([
  { term: words.which, description: machineWord(kid) },
  { term: words.ring, description: machineWord(alg) },
])}
${cost !== undefined && html`<h2>${text.consoleSecurity.keys.cost}</h2><p>${cost === 'cookies' ? text.consoleSecurity.keys.cookieCost : costInWords(text, cost)}</p>`}
${request === undefined ? asking(text, props) : waiting(text, operator, { kid, request })}
<p>${link({ label: text.consoleSecurity.rotate.back, href: '/console/keys' })}</p>`;
  const page = { frame, operator, section: 'keys', heading: words.heading } as const;
  return consolePage(text, { ...page, hasErrors: error !== undefined || refused !== undefined }, body);
}

function asking(text: Text, { operator, kid, typed = '', error }: RevokeProps): Html {
  const words = text.consoleSecurity.revoke;
  const reason = longAnswer(text, {
    name: 'reason',
    label: words.reason,
    hint: words.reasonHint,
    error: error && words[error],
    value: typed,
  });
  return html`<p>${words.what}</p>
${form({
  action: '/console/keys/revoke',
  csrf: operator.csrf,
  hidden: [{ name: 'kid', value: kid }],
  content: html`${reason}<div class="actions">${button({ label: words.ask, kind: 'danger' })}</div>`,
})}`;
}

function waiting(
  text: Text,
  { csrf }: ShownOperator,
  { kid, request }: { kid: string; request: NonNullable<RevokeProps['request']> },
): Html {
  const words = text.consoleSecurity.revoke;
  return html`<section><h2>${words.asked(person(text, request.by), moment(text, request.at))}</h2>
<blockquote><bdi>${request.reason}</bdi></blockquote>
${
  request.by.isReader
    ? notice({ kind: 'information', content: words.yours })
    : html`<p>${words.approveWhat}</p>${form({
        action: '/console/keys/approve',
        csrf,
        hidden: [{ name: 'kid', value: kid }],
        content: html`<div class="actions">${button({ label: words.approve, kind: 'danger' })}</div>`,
      })}`
}</section>`;
}
