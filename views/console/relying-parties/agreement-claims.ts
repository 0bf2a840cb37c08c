/** The claims of one version of an agreement, and what else it allows. */
import { definitionList, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consoleTable } from '../table.ts';
import { dateTag } from './page.ts';

type ClaimTermsShown = {
  claim: string;
  purpose: InBothLanguages;
  required: boolean;
  legalBasis?: keyof Text['agreements']['legalBases'] | undefined;
  retentionDays?: number | undefined;
};

/** Times are milliseconds since 1970. */
export type TermsShown = {
  claims: readonly ClaimTermsShown[];
  scopes: readonly string[];
  leastAcr?: string | undefined;
  leastIdentity?: string | undefined;
  mayAskForEvidence?: boolean | undefined;
  from: number;
  until?: number | undefined;
};

/** `known`: the claims that are in force already; the others are marked as new. */
export function termsOf(
  text: Text,
  { terms, known }: { terms: TermsShown; known?: readonly string[] | undefined },
): Html {
  const words = text.agreements;
  const { acrs } = text.registrationForm;
  const isNew = (claim: string) => known !== undefined && !known.includes(claim);
  return html`${definitionList([
    { term: words.from, description: dateTag(text, terms.from) },
    { term: words.until, description: terms.until === undefined ? words.noEnd : dateTag(text, terms.until) },
    {
      term: words.scopes,
      description: terms.scopes.map((scope, index) => [index > 0 && text.common.listSeparator, machineWord(scope)]),
    },
    ...(terms.leastAcr === undefined
      ? []
      : [{ term: words.leastAcr, description: acrs[terms.leastAcr] ?? machineWord(terms.leastAcr) }]),
    ...(terms.leastIdentity === undefined
      ? []
      : [
          {
            term: words.leastIdentity,
            description: words.identities[terms.leastIdentity] ?? machineWord(terms.leastIdentity),
          },
        ]),
    ...(terms.mayAskForEvidence === true ? [{ term: words.evidence, description: text.relyingParties.yes }] : []),
  ])}
${consoleTable<ClaimTermsShown>(text, {
  caption: words.claims,
  address: { path: '', query: {} },
  rows: terms.claims,
  nothing: words.noClaims,
  columns: [
    {
      label: words.claim,
      cell: ({ claim }) =>
        html`${nameOfClaim(text, claim)} ${isNew(claim) && html`<span class="tag tag-new">${words.isNew}</span>`}`,
    },
    { label: words.purpose, cell: ({ purpose }) => html`<bdi>${purpose[text.language]}</bdi>` },
    {
      label: words.legalBasis,
      cell: ({ legalBasis }) => (legalBasis === undefined ? '' : words.legalBases[legalBasis]),
    },
    {
      label: words.retention,
      cell: ({ retentionDays }) => (retentionDays === undefined ? '' : text.common.days(retentionDays)),
    },
    { label: words.need, cell: ({ required }) => (required ? words.needs.required : words.needs.optional) },
  ],
})}`;
}

export function nameOfClaim({ claims }: Text, claim: string): Html {
  const names: Readonly<Record<string, string | undefined>> = claims;
  const name = Object.hasOwn(names, claim) ? names[claim] : undefined;
  return name === undefined ? machineWord(claim) : html`${name}`;
}
