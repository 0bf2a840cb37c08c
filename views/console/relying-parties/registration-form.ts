/** One form for registering and changing: what is recommended stands first, what few need stands last. */
import { button, checkbox, errorSummary, type FormError, form, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { type Finding, lineField, linesField, radioField, selectField } from './fields.ts';

/** Every value as it was typed. The names of the fields are the keys in lower case with underscores. */
export type TypedRegistrationShown = {
  nameFa: string;
  nameEn: string;
  environment: 'test' | 'production';
  application: keyof Text['registrationForm']['applications'];
  redirectUris: string;
  postLogoutRedirectUris: string;
  initiateLoginUri: string;
  backchannelLogoutUri: string;
  corsOrigins: string;
  clientUri: string;
  policyUri: string;
  proof: keyof Text['registrationForm']['proofs'];
  jwksUri: string;
  jwks: string;
  assertionAlgorithm: string;
  idTokenAlgorithm: string;
  userinfoAlgorithm: string;
  acr: string;
  isFapi2: boolean;
  pushesRequests: boolean;
  bindsTokens: boolean;
  refreshes: boolean;
  testedAs: string;
  note: string;
};

export type RegistrationFormProps = {
  csrf: string;
  action: string;
  /** Where the script asks about addresses while they are typed. */
  checkAction: string;
  typed: TypedRegistrationShown;
  isChange: boolean;
  /** The revision that the form began with. */
  revision?: number | undefined;
  /** Test entries of the same organisation. */
  testEntries: readonly { clientId: string; name: string }[];
  /** By the name of the field, in words. */
  errors: readonly FormError[];
  findings: Readonly<Record<string, readonly Finding[] | undefined>>;
  isChecked: boolean;
};

const MORE_ADDRESSES = ['post_logout_redirect_uris', 'initiate_login_uri', 'cors_origins', 'client_uri', 'policy_uri'];
const MORE_KEYS = ['jwks', 'assertion_algorithm'];
const PROTECTION = ['id_token_algorithm', 'userinfo_algorithm', 'acr', 'fapi2'];
const ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'RS256'];

export function registrationForm(text: Text, props: RegistrationFormProps): Html {
  const words = text.registrationForm;
  const { csrf, action, typed, isChange, revision, errors, isChecked, checkAction } = props;
  const hidden = [
    { name: 'environment', value: typed.environment },
    ...(revision === undefined ? [] : [{ name: 'revision', value: String(revision) }]),
  ];
  return html`${errorSummary(text, errors)}
${isChecked && notice({ kind: 'information', content: html`<p>${words.checked}</p>` })}
<div class="registration" data-check-action="${checkAction}">
${form({
  action,
  csrf,
  hidden,
  content: html`${who(text, props)}${places(text, props)}${proof(text, props)}${protection(text, props)}
${isChange && part(words.parts.why, linesField(text, { ...about(props, 'note'), label: words.note, hint: words.noteHint, value: typed.note, rows: 2 }))}
<div class="actions">${button({ label: isChange ? words.save : words.register, name: 'act', value: 'save' })}
${button({ label: words.check, kind: 'secondary', name: 'act', value: 'check' })}</div>`,
})}
</div>`;
}

function who(text: Text, props: RegistrationFormProps): Html {
  const words = text.registrationForm;
  const { typed, testEntries } = props;
  const kinds = (Object.keys(words.applications) as (keyof typeof words.applications)[]).filter(
    (kind) => kind !== 'device' || typed.application === 'device',
  );
  return part(words.parts.who, [
    lineField(text, {
      ...about(props, 'name_fa'),
      label: words.nameFa,
      hint: words.nameHint,
      value: typed.nameFa,
      dir: 'rtl',
    }),
    lineField(text, { ...about(props, 'name_en'), label: words.nameEn, value: typed.nameEn, dir: 'ltr' }),
    radioField(text, {
      ...about(props, 'application'),
      label: words.application,
      value: typed.application,
      choices: kinds.map((value) => ({
        value,
        label: words.applications[value],
        hint: words.applicationHints[value],
      })),
    }),
    typed.environment === 'production' &&
      selectField(text, {
        ...about(props, 'tested_as'),
        label: words.testedAs,
        hint: words.testedAsHint,
        value: typed.testedAs,
        choices: [
          { value: '', label: words.noTested },
          ...testEntries.map(({ clientId, name }) => ({ value: clientId, label: `${name} (${clientId})` })),
        ],
      }),
  ]);
}

function places(text: Text, props: RegistrationFormProps): Html {
  const words = text.registrationForm;
  const { typed } = props;
  const many = (name: string, uriKind: string, shown: { label: string; hint: string; value: string }) =>
    linesField(text, { ...about(props, name), ...shown, uriKind, dir: 'ltr', rows: 3 });
  const one = (name: string, uriKind: string | undefined, shown: { label: string; hint?: string; value: string }) =>
    lineField(text, { ...about(props, name), ...shown, dir: 'ltr', ...(uriKind !== undefined && { uriKind }) });
  return part(words.parts.places, [
    many('redirect_uris', 'redirect', {
      label: words.redirectUris,
      hint: words.redirectUrisHint,
      value: typed.redirectUris,
    }),
    one('backchannel_logout_uri', 'backchannel-logout', {
      label: words.backchannelLogoutUri,
      hint: words.backchannelLogoutUriHint,
      value: typed.backchannelLogoutUri,
    }),
    folded(props, { heading: words.moreAddresses, names: MORE_ADDRESSES }, [
      many('post_logout_redirect_uris', 'post-logout', {
        label: words.postLogoutRedirectUris,
        hint: words.postLogoutRedirectUrisHint,
        value: typed.postLogoutRedirectUris,
      }),
      one('initiate_login_uri', 'initiate-login', {
        label: words.initiateLoginUri,
        hint: words.initiateLoginUriHint,
        value: typed.initiateLoginUri,
      }),
      many('cors_origins', 'cors', { label: words.corsOrigins, hint: words.corsOriginsHint, value: typed.corsOrigins }),
      one('client_uri', undefined, { label: words.clientUri, value: typed.clientUri }),
      one('policy_uri', undefined, { label: words.policyUri, value: typed.policyUri }),
    ]),
  ]);
}

function proof(text: Text, props: RegistrationFormProps): Html {
  const words = text.registrationForm;
  const { typed } = props;
  const methods = Object.keys(words.proofs) as (keyof typeof words.proofs)[];
  return part(words.parts.proof, [
    radioField(text, {
      ...about(props, 'proof'),
      label: words.proof,
      value: typed.proof,
      choices: methods.map((value) => ({ value, label: words.proofs[value], hint: words.proofHints[value] })),
    }),
    lineField(text, {
      ...about(props, 'jwks_uri'),
      label: words.jwksUri,
      value: typed.jwksUri,
      dir: 'ltr',
      uriKind: 'jwks',
    }),
    folded(props, { heading: words.moreKeys, names: MORE_KEYS, isOpen: typed.proof === 'jwks' }, [
      linesField(text, {
        ...about(props, 'jwks'),
        label: words.jwks,
        hint: words.jwksHint,
        value: typed.jwks,
        dir: 'ltr',
        rows: 4,
      }),
      algorithm(text, props, {
        name: 'assertion_algorithm',
        value: typed.assertionAlgorithm,
        none: words.anyAlgorithm,
      }),
    ]),
  ]);
}

function protection(text: Text, props: RegistrationFormProps): Html {
  const words = text.registrationForm;
  const { typed } = props;
  const levels = Object.entries(words.acrs).map(([value, label = value]) => ({ value, label }));
  const tick = (name: string, label: string, isChecked: boolean, hint?: string) =>
    html`<div class="field">${checkbox({ id: name, name, value: 'yes', label, isChecked, ...(hint !== undefined && { hint }) })}</div>`;
  return folded(props, { heading: words.parts.protection, names: PROTECTION, isPart: true }, [
    algorithm(text, props, { name: 'id_token_algorithm', value: typed.idTokenAlgorithm }),
    algorithm(text, props, { name: 'userinfo_algorithm', value: typed.userinfoAlgorithm, none: words.unsigned }),
    selectField(text, {
      ...about(props, 'acr'),
      label: words.acr,
      hint: words.acrHint,
      value: typed.acr,
      choices: [{ value: '', label: words.anyAcr }, ...levels],
    }),
    tick('fapi2', words.fapi2, typed.isFapi2, words.fapi2Hint),
    tick('pushes_requests', words.pushesRequests, typed.pushesRequests),
    tick('binds_tokens', words.bindsTokens, typed.bindsTokens),
    tick('refreshes', words.refreshes, typed.refreshes, words.refreshesHint),
  ]);
}

type Algorithm = { name: 'assertion_algorithm' | 'id_token_algorithm' | 'userinfo_algorithm'; value: string };

function algorithm(text: Text, props: RegistrationFormProps, { name, value, none }: Algorithm & { none?: string }) {
  const words = text.registrationForm;
  const labels = {
    assertion_algorithm: words.assertionAlgorithm,
    id_token_algorithm: words.idTokenAlgorithm,
    userinfo_algorithm: words.userinfoAlgorithm,
  };
  const all = ALGORITHMS.map((each) => ({ value: each, label: each }));
  const choices = none === undefined ? all : [{ value: '', label: none }, ...all];
  return selectField(text, { ...about(props, name), label: labels[name], value, choices });
}

function part(heading: string, content: Html | readonly (Html | false)[]): Html {
  return html`<section class="form-part"><h2>${heading}</h2>${content}</section>`;
}

type Folded = { heading: string; names: readonly string[]; isOpen?: boolean; isPart?: boolean };

/** What few need is folded away, and opened where something is wrong in it. Folded values are sent like all others. */
function folded(
  { errors, findings }: RegistrationFormProps,
  { heading, names, isOpen = false, isPart = false }: Folded,
  content: readonly (Html | false)[],
): Html {
  const isWrong = names.some(
    (name) => errors.some(({ field }) => field === name) || findings[name]?.some(({ reason }) => reason !== undefined),
  );
  return html`<details class="form-fold"${(isOpen || isWrong) && html` open`}><summary>${isPart ? html`<h2>${heading}</h2>` : heading}</summary>${content}</details>`;
}

function about({ errors, findings }: RegistrationFormProps, name: string) {
  return { name, error: errors.find(({ field }) => field === name)?.message, findings: findings[name] };
}
