import { button, definitionList, form, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { line } from '../fields.ts';
import { toCopy } from '../to-copy.ts';

export type DomainShown = {
  domain: string;
  method?: 'dns' | 'file' | undefined;
  isProven: boolean;
  isFailing: boolean;
  dns: { name: string; value: string };
  file: { url: string; content: string };
};

/** Said where the domain stands; at the box where it was typed, if it is not noted. */
export type DomainFaultShown = { domain: string; words: string };

type Part = { path: string; csrf: string; mayChange: boolean; domainFault: DomainFaultShown | undefined };

/** Domains that are claimed and proven, with exactly what to publish. */
export function domainsPart(text: Text, { domains, ...part }: Part & { domains: readonly DomainShown[] }): Html {
  const words = text.consoleOrganisations.domains;
  const { path, csrf, mayChange, domainFault } = part;
  const typed = domains.some(({ domain }) => domain === domainFault?.domain) ? undefined : domainFault;
  return html`<section><h2>${words.heading}</h2><p class="quiet">${words.what}</p>
${domains.length === 0 ? html`<p>${words.none}</p>` : html`<ul class="cards">${domains.map((domain) => html`<li>${card(text, { domain, ...part })}</li>`)}</ul>`}
${
  mayChange &&
  form({
    action: `${path}/domains`,
    csrf,
    content: html`${line(text, { name: 'domain', label: words.add, hint: words.addHint, value: typed?.domain, error: typed?.words, dir: 'ltr' })}${button({ label: words.submit, kind: 'secondary' })}`,
  })
}</section>`;
}

function card(text: Text, { domain, path, csrf, mayChange, domainFault }: Part & { domain: DomainShown }): Html {
  const words = text.consoleOrganisations.domains;
  const { isProven, isFailing, method = 'dns', dns, file } = domain;
  return html`<div class="card"><h3>${machineWord(domain.domain)}</h3>
<p>${isProven ? words.proven[method] : words.notProven}</p>
${isFailing && html`<p>${words.failing}</p>`}
${domainFault?.domain === domain.domain && html`<p class="field-error" role="alert"><span class="visually-hidden">${text.common.error} </span>${domainFault.words}</p>`}
${
  (!isProven || isFailing) &&
  html`<p>${words.how}</p><ol class="ways"><li>${words.dns}${definitionList([
    { term: words.recordName, description: toCopy(dns.name) },
    { term: words.recordValue, description: toCopy(dns.value) },
  ])}</li><li>${words.file}${definitionList([
    { term: words.fileAddress, description: toCopy(file.url) },
    { term: words.fileContent, description: toCopy(file.content) },
  ])}</li></ol>`
}
${
  mayChange &&
  form({
    action: `${path}/domains`,
    csrf,
    hidden: [{ name: 'domain', value: domain.domain }],
    content: html`<div class="card-buttons">${button({ label: words.check, name: 'act', value: 'check', kind: 'secondary' })}${button({ label: words.giveUp, name: 'act', value: 'give-up', kind: 'quiet' })}</div>`,
  })
}</div>`;
}
