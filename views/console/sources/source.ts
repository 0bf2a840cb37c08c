import {
  button,
  checkbox,
  definitionList,
  errorSummary,
  type FormError,
  form,
  machineWord,
  notice,
} from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { lineField, linesField, radioField, selectField } from '../relying-parties/fields.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from '../relying-parties/page.ts';

export type SourceState = keyof Text['consoleSources']['states'];
type SaidClaim = keyof Text['consoleSources']['said'];

type RegisteredSourceShown = {
  issuer: string;
  endpoint: string;
  claims: readonly SaidClaim[];
  alg: string;
  /** How many were given, where they do not come from an address. */
  keys: { uri: string } | { given: number };
  state: SourceState;
};

/** As it was typed. */
export type TypedSourceShown = {
  issuer: string;
  endpoint: string;
  claims: readonly string[];
  algorithm: string;
  keysFrom: 'jwks_uri' | 'jwks';
  jwksUri: string;
  jwks: string;
  why: string;
};

type Props = RelyingPartyFrame & {
  registered?: RegisteredSourceShown | undefined;
  isWaiting: boolean;
  mayPropose: boolean;
  mayTakeAway: boolean;
  typed: TypedSourceShown;
  algorithms: readonly string[];
  errors: readonly FormError[];
};

/** What a university says of its students: as it is registered, the request for another, and the switch that protects. */
export function relyingPartySource(text: Text, props: Props): Html {
  const words = text.consoleSources;
  const { registered, isWaiting, mayPropose, mayTakeAway, errors, news } = props;
  return relyingPartyPage(
    text,
    { ...props, tab: 'source', heading: words.tabHeading, hasErrors: errors.length > 0 },
    html`${errorSummary(text, errors)}<p>${words.tabWhat}</p>
${registered === undefined ? html`<p>${words.none}</p>` : facts(text, registered)}
${isWaiting && news !== 'asked' && notice({ kind: 'information', content: html`<p>${words.waiting}</p>` })}
${mayPropose && proposal(text, props)}
${mayTakeAway && registered !== undefined && registered.state !== 'taken-away' && takingAway(text, props)}`,
  );
}

export function saidBy({ consoleSources, common }: Text, claims: readonly SaidClaim[]): string {
  return claims.map((claim) => consoleSources.said[claim]).join(common.listSeparator);
}

function facts(text: Text, { issuer, endpoint, claims, alg, keys, state }: RegisteredSourceShown): Html {
  const words = text.consoleSources;
  const { keysHere } = text.relyingParties.registered;
  return definitionList([
    { term: words.state, description: html`<span class="tag">${words.states[state]}</span>` },
    { term: words.issuer, description: machineWord(issuer) },
    { term: words.endpoint, description: machineWord(endpoint) },
    { term: words.claims, description: saidBy(text, claims) },
    { term: words.algorithm, description: machineWord(alg) },
    {
      term: words.keys,
      description: 'uri' in keys ? machineWord(keys.uri) : keysHere(text.common.number(keys.given)),
    },
  ]);
}

function proposal(text: Text, { relyingParty, operator, registered, typed, algorithms, errors }: Props): Html {
  const words = text.consoleSources;
  const { jwksUri, jwks, jwksHint } = text.registrationForm;
  const about = (name: string) => ({ name, error: errors.find(({ field }) => field === name)?.message });
  const keysFrom = (['jwks_uri', 'jwks'] as const).map((value) => ({
    value,
    label: words.keysChoices[value],
    hint: words.keysHints[value],
  }));
  return html`<section class="form-part" aria-labelledby="propose"><h2 id="propose">${headingOf(text, registered)}</h2>
<p class="hint">${words.how}</p>
${form({
  action: partOf(relyingParty.clientId, 'source'),
  csrf: operator.csrf,
  content: html`${lineField(text, { ...about('issuer'), label: words.issuer, hint: words.issuerHint, value: typed.issuer, dir: 'ltr' })}
${lineField(text, { ...about('endpoint'), label: words.endpoint, hint: words.endpointHint, value: typed.endpoint, dir: 'ltr' })}
${claimBoxes(text, typed, about('claims').error)}
${selectField(text, { ...about('algorithm'), label: words.algorithm, value: typed.algorithm, choices: algorithms.map((value) => ({ value, label: value })) })}
${radioField(text, { ...about('keys_from'), label: words.keysFrom, value: typed.keysFrom, choices: keysFrom })}
${lineField(text, { ...about('jwks_uri'), label: jwksUri, value: typed.jwksUri, dir: 'ltr' })}
${givenKeys(text, { isOpen: typed.keysFrom === 'jwks' || about('jwks').error !== undefined }, linesField(text, { ...about('jwks'), label: jwks, hint: jwksHint, value: typed.jwks, dir: 'ltr', rows: 4 }))}
${linesField(text, { ...about('why'), label: words.why, hint: words.whyHint, value: typed.why, rows: 2 })}
<div class="actions">${button({ label: words.ask })}</div>`,
})}</section>`;
}

/** What few need is folded away, and opened where it is used. */
function givenKeys({ consoleSources }: Text, { isOpen }: { isOpen: boolean }, content: Html): Html {
  return html`<details class="form-fold"${isOpen && html` open`}><summary>${consoleSources.pasteKeys}</summary>${content}</details>`;
}

function headingOf({ consoleSources: words }: Text, registered: RegisteredSourceShown | undefined): string {
  if (registered === undefined) return words.connectHeading;
  return registered.state === 'taken-away' ? words.resumeHeading : words.changeHeading;
}

function claimBoxes(text: Text, { claims }: TypedSourceShown, error: string | undefined): Html {
  const all = Object.entries(text.consoleSources.said);
  return html`<fieldset class="field${error !== undefined && ' field-with-error'}" id="claims">
<legend>${text.consoleSources.claims}</legend>
${error !== undefined && html`<p class="field-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
${all.map(([value, label]) => checkbox({ id: `claims-${value}`, name: 'claims', value, label, isChecked: claims.includes(value) }))}
</fieldset>`;
}

function takingAway(text: Text, { relyingParty, operator, errors }: Props): Html {
  const words = text.consoleSources;
  const name = 'take_away_why';
  const error = errors.find(({ field }) => field === name)?.message;
  return html`<section class="form-part" aria-labelledby="take-away"><h2 id="take-away">${words.takeAwayHeading}</h2>
<p>${words.takeAwayWhat}</p>
${form({
  action: `${partOf(relyingParty.clientId, 'source')}/take-away`,
  csrf: operator.csrf,
  content: html`${linesField(text, { name, label: words.why, hint: words.takeAwayWhyHint, value: '', rows: 2, error })}
<div class="actions">${button({ label: words.takeAway, kind: 'danger' })}</div>`,
})}</section>`;
}
