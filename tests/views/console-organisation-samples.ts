import { approvalDecision } from '#views/console/approvals/decision.ts';
import { approvalList } from '#views/console/approvals/list.ts';
import { askToConnect } from '#views/console/organisations/ask.ts';
import { importPage } from '#views/console/organisations/import.ts';
import { organisationList } from '#views/console/organisations/list.ts';
import { organisationPage } from '#views/console/organisations/organisation.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** Organisations on their way to being connected, and what waits for a second person. */
export function organisationSamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, noon } = parts;
  const shown = { frame, operator: sampleOperator(parts) };
  const organisation = {
    id: 'demo-university-one',
    name: both('دانشگاه نمونهٔ یک', 'Demo University One'),
    kind: 'state',
    stage: 'requested',
    parent: { id: 'demo-ministry', name: both('وزارت نمونه', 'Demo Ministry') },
  } as const;
  const proof = (domain: string) => ({
    domain: taint(domain),
    dns: { name: taint(`_panjereh.${domain}`), value: taint('panjereh-domain=a-word-made-for-you') },
    file: { url: taint(`https://${domain}/.well-known/panjereh-domain.txt`), content: taint('panjereh-domain=a-word') },
  });
  const contacts = [
    { role: 'technical', name: taint('کیوان صالحی'), email: taint('it@one.example'), phone: '+982161111111' },
  ] as const;
  const page = {
    ...shown,
    organisation,
    contacts,
    history: [
      { from: 'not-begun', to: 'requested', at: noon, by: taint('مینا کاظمی'), why: taint('درخواست دانشگاه') },
      { to: 'not-begun', at: noon, why: taint('ثبت') },
    ],
    domains: [
      { ...proof('one.example'), method: 'dns', isProven: true, isFailing: false },
      { ...proof('lms.one.example'), isProven: false, isFailing: false },
    ],
  } as const;
  const approval = {
    id: '11111111-2222-4333-8444-555555555555',
    act: 'change-production',
    about: { id: taint('demo-university-one-abc'), name: both(taint('سامانهٔ آموزش'), taint('Learning')) },
    organisation: { id: taint('demo-university-one'), name: both(taint('دانشگاه نمونه'), taint('Demo university')) },
    askedBy: { person: taint('کیوان صالحی') },
    askedAt: noon,
    state: 'waiting',
  } as const;
  const changes = [
    {
      name: 'metadata.redirect_uris',
      before: taint('["https://one.example/cb"]'),
      after: taint('["https://two.example/cb"]'),
    },
    { name: 'role', after: taint('وزارت') },
  ];
  const decision = { ...shown, approval: { ...approval, why: taint('سامانهٔ تازه') }, changes, mayDecide: true };
  return [
    {
      name: 'console-organisations',
      render: (text) =>
        organisationList(text, {
          ...shown,
          address: { path: '/console/organisations', query: { q: taint('نمونه') } },
          organisations: [
            { ...organisation, since: noon },
            { ...organisation, id: 'two', stage: 'connected', since: noon },
          ],
          sorted: { by: 'since', isDescending: true },
          next: taint('cursor'),
          mayImport: true,
        }),
    },
    {
      name: 'console-organisations-none',
      render: (text) =>
        organisationList(text, {
          ...shown,
          address: { path: '/console/organisations', query: {} },
          organisations: [],
          mayImport: false,
        }),
    },
    {
      name: 'console-organisation-ministry',
      render: (text) =>
        organisationPage(text, {
          ...page,
          moves: ['in-technical-process', 'not-begun'],
          mayChange: false,
          isWaiting: true,
        }),
    },
    {
      name: 'console-organisation-staff',
      render: (text) =>
        organisationPage(text, {
          ...page,
          moves: [],
          mayChange: true,
          isWaiting: false,
          domainFault: {
            domain: page.domains[1].domain,
            words: text.consoleOrganisations.domains.errors['not-proven'],
          },
        }),
    },
    {
      name: 'console-organisation-domain-refused',
      render: (text) =>
        organisationPage(text, {
          ...{ ...page, moves: [], mayChange: true, isWaiting: false },
          domainFault: { domain: taint('ac.ir'), words: text.consoleOrganisations.domains.errors['public-suffix'] },
        }),
    },
    { name: 'console-ask', render: (text) => askToConnect(text, shown) },
    {
      name: 'console-ask-faults',
      render: (text) => askToConnect(text, { ...shown, faults: { id: text.consoleOrganisations.ask.errors.taken } }),
    },
    {
      name: 'console-import',
      render: (text) =>
        importPage(text, {
          ...shown,
          typed: taint('id,name_fa'),
          report: {
            ...{ outcome: 'refused', added: 0, changed: 0, unchanged: 0 },
            faults: [{ line: 3, column: taint('kind'), reason: 'unknown' }],
          },
        }),
    },
    {
      name: 'console-approvals',
      render: (text) =>
        approvalList(text, { ...shown, address: { path: '/console/approvals', query: {} }, approvals: [approval] }),
    },
    { name: 'console-approval', render: (text) => approvalDecision(text, decision) },
    {
      name: 'console-approval-go-live',
      render: (text) =>
        approvalDecision(text, {
          ...decision,
          approval: { ...decision.approval, act: 'go-live', aboutHref: '/console/relying-parties/demo' },
          agreement: {
            terms: {
              claims: [
                {
                  ...{ claim: 'given_name', purpose: both('نوشتن نام در پرونده', 'Your name in our records') },
                  ...{ required: true, legalBasis: 'public-task', retentionDays: 180 },
                },
              ],
              scopes: [taint('profile')],
              from: noon,
            },
            known: [],
          },
        }),
    },
    {
      name: 'console-approval-own',
      render: (text) =>
        approvalDecision(text, {
          ...decision,
          whyNot: 'own-organisation',
          faults: [
            { path: 'go_live', reason: 'changed-since' },
            { path: taint('agreement'), reason: 'unknown' },
          ],
        }),
    },
  ];
}
