import { auditPage } from '#views/console/audit/audit.ts';
import { giveRole } from '#views/console/operators/give.ts';
import { operatorList } from '#views/console/operators/list.ts';
import { takeAwayRole } from '#views/console/operators/take-away.ts';
import { formatTypedDay } from '#views/dates.ts';
import { sampleOperator } from './console-operator.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** Who has which role, and how roles are given and taken away. */
export function roleSamples(parts: SampleParts): PageSample[] {
  const { taint, both, frame, noon } = parts;
  const shown = { frame, operator: sampleOperator(parts) };
  const organisation = { id: 'demo-university-one', name: both('دانشگاه نمونهٔ یک', 'Demo University One') };
  const citizenId = '11111111-2222-4333-8444-555555555555';
  const staff = { citizenId, name: taint('کیوان صالحی'), role: 'university-staff', organisation } as const;
  const ministry = { citizenId, name: taint('مینا کاظمی'), role: 'ministry' } as const;
  const granted = { grantedAt: noon, grantedBy: taint('command:ops') };
  const address = { path: '/console/operators', query: { organisation: taint('demo') } };
  return [
    {
      name: 'console-audit',
      render: (text) =>
        auditPage(text, {
          ...shown,
          address: { path: '/console/audit', query: { organisation: taint('demo'), by: citizenId, day: '2026-11-27' } },
          typedDay: formatTypedDay(text.language, noon),
          isDayUnread: false,
          people: [{ id: citizenId, name: taint('مینا کاظمی') }],
          acts: [
            {
              ...{ id: '4711', at: noon, act: 'operator.changed', by: { id: citizenId, name: taint('مینا کاظمی') } },
              ...{
                person: taint('کیوان صالحی'),
                organisation,
                about: undefined,
                details: [
                  { member: 'role', value: 'university-staff' },
                  { member: 'act', value: 'grant' },
                ],
              },
            },
            {
              ...{ id: '4710', at: noon, act: 'relying-party.changed', by: undefined, person: undefined },
              ...{
                organisation: undefined,
                about: { id: taint('demo-university-one-abc'), name: undefined },
                details: [{ member: taint('new'), value: taint('unknown') }],
              },
            },
          ],
          next: '4710',
        }),
    },
    {
      name: 'console-operators',
      render: (text) =>
        operatorList(text, {
          ...shown,
          address,
          operators: [
            { ...ministry, ...granted },
            { ...staff, ...granted },
          ],
          next: taint('cursor'),
          mayChange: true,
          said: 'asked',
        }),
    },
    {
      name: 'console-operators-read',
      render: (text) =>
        operatorList(text, { ...shown, address, operators: [{ ...staff, ...granted }], mayChange: false }),
    },
    { name: 'console-role-give', render: (text) => giveRole(text, shown) },
    {
      name: 'console-role-give-faults',
      render: (text) =>
        giveRole(text, {
          ...shown,
          typed: { nationalCode: taint('0012345679'), role: 'support', organisation: taint('demo'), why: taint('کار') },
          faults: { national_code: 'no-account', organisation: 'organisation-needless' },
        }),
    },
    {
      name: 'console-role-take-away',
      render: (text) => takeAwayRole(text, { ...shown, role: staff, takesTwo: false }),
    },
    {
      name: 'console-role-take-away-two',
      render: (text) => takeAwayRole(text, { ...shown, role: ministry, takesTwo: true, problem: 'missing' }),
    },
  ];
}
