import {
  button,
  definitionList,
  errorSummary,
  type FormError,
  form,
  linkButton,
  machineWord,
} from '../../components.ts';
import { type Html, html, type Renderable } from '../../html.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { lineField } from './fields.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from './page.ts';
import { type RequestShown, requestsPart } from './requests.ts';

/** What is registered, in the names of the protocol where people's software uses them. */
type RegisteredShown = {
  organisation: InBothLanguages | undefined;
  application: keyof Text['registrationForm']['applications'];
  profile: keyof Text['relyingParties']['profiles'];
  grants: readonly string[];
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  initiateLoginUri?: string | undefined;
  backchannelLogoutUri?: string | undefined;
  corsOrigins: readonly string[];
  proof: keyof Text['registrationForm']['proofs'];
  jwksUri?: string | undefined;
  /** How many keys are registered themselves. */
  keys: number;
  assertionAlgorithm?: string | undefined;
  idTokenAlgorithm: string;
  userinfoAlgorithm?: string | undefined;
  acr?: string | undefined;
  pushesRequests: boolean;
  bindsTokens: boolean;
  clientUri?: string | undefined;
  policyUri?: string | undefined;
  testedAs?: string | undefined;
  revision: number;
  /** Milliseconds since 1970. */
  changedAt: number;
};

type OverviewProps = RelyingPartyFrame & {
  issuer: string;
  registered: RegisteredShown;
  mayChange: boolean;
  /** Newest first. */
  requests: readonly RequestShown[];
  errors: readonly FormError[];
};

export function relyingPartyOverview(text: Text, props: OverviewProps): Html {
  const { relyingParty, mayChange, errors } = props;
  const words = text.relyingParties;
  const page = { ...props, tab: 'overview', heading: words.tabs.overview, hasErrors: errors.length > 0 } as const;
  return relyingPartyPage(text, page, [
    errorSummary(text, errors),
    definitionList(rows(text, props)),
    mayChange
      ? html`<p class="actions">${linkButton({ label: words.change, href: `${partOf(relyingParty.clientId, 'overview')}/change` })}</p>`
      : undefined,
    requestsPart(text, relyingParty.clientId, props.requests),
    mayChange && relyingParty.state !== 'not-live' ? standing(text, props) : undefined,
  ]);
}

function rows(text: Text, { issuer, registered }: OverviewProps): { term: Renderable; description: Renderable }[] {
  const words = text.relyingParties;
  const labels = text.registrationForm;
  const row = (term: string, description: Renderable) => ({ term, description });
  const one = (value: string | undefined) => (value === undefined ? words.nothing : machineWord(value));
  const many = (values: readonly string[]) =>
    values.length === 0
      ? words.nothing
      : values.map((value, index) => [index > 0 && text.common.listSeparator, machineWord(value)]);
  const { proof, keys, jwksUri, acr, organisation } = registered;
  const isService = registered.application === 'service';
  return [
    ...(organisation === undefined ? [] : [row(words.organisation, html`<bdi>${organisation[text.language]}</bdi>`)]),
    row(words.registered.issuer, machineWord(issuer)),
    row(words.registered.application, labels.applications[registered.application]),
    row(words.profile, words.profiles[registered.profile]),
    row(words.registered.grants, many(registered.grants)),
    ...(isService
      ? []
      : [
          row(labels.redirectUris, many(registered.redirectUris)),
          row(labels.postLogoutRedirectUris, many(registered.postLogoutRedirectUris)),
          row(labels.initiateLoginUri, one(registered.initiateLoginUri)),
          row(labels.backchannelLogoutUri, one(registered.backchannelLogoutUri)),
        ]),
    row(labels.corsOrigins, many(registered.corsOrigins)),
    row(labels.proof, labels.proofs[proof]),
    ...(jwksUri === undefined ? [] : [row(labels.jwksUri, machineWord(jwksUri))]),
    ...(keys === 0 ? [] : [row(words.registered.keys, words.registered.keysHere(text.common.number(keys)))]),
    row(labels.idTokenAlgorithm, machineWord(registered.idTokenAlgorithm)),
    row(
      labels.userinfoAlgorithm,
      registered.userinfoAlgorithm === undefined ? labels.unsigned : machineWord(registered.userinfoAlgorithm),
    ),
    row(labels.acr, acr === undefined ? labels.anyAcr : (labels.acrs[acr] ?? machineWord(acr))),
    row(labels.pushesRequests, registered.pushesRequests ? words.yes : words.no),
    row(labels.bindsTokens, registered.bindsTokens ? words.yes : words.no),
    row(labels.clientUri, one(registered.clientUri)),
    row(labels.policyUri, one(registered.policyUri)),
    ...(registered.testedAs === undefined ? [] : [row(labels.testedAs, machineWord(registered.testedAs))]),
    row(words.revisions.revision, text.common.number(registered.revision)),
  ];
}

function standing(text: Text, { relyingParty, operator, errors }: OverviewProps): Html {
  const { standing: words } = text.relyingParties;
  const isSuspended = relyingParty.state === 'suspended';
  return html`<section class="form-part" aria-labelledby="standing"><h2 id="standing">${words.heading}</h2>
<p>${isSuspended ? words.resumeWhat : words.suspendWhat}</p>
${form({
  action: `${partOf(relyingParty.clientId, 'overview')}/${isSuspended ? 'resume' : 'suspend'}`,
  csrf: operator.csrf,
  content: html`${lineField(text, { name: 'why', label: words.why, value: '', error: errors.find(({ field }) => field === 'why')?.message })}
${button({ label: isSuspended ? words.resume : words.suspend, kind: isSuspended ? 'secondary' : 'danger' })}`,
})}</section>`;
}
