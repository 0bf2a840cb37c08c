import type { Role } from '#operators/permissions.ts';

export type DemoOperator = { nationalCode: string; role: Role; organisationId?: string };

/** Who works in the demo's console, by the national codes of demo-citizens.ts: two of the ministry, because acts take two people. */
export const DEMO_OPERATORS: readonly DemoOperator[] = [
  { nationalCode: '0067126146', role: 'ministry' },
  { nationalCode: '8903999101', role: 'ministry' },
  { nationalCode: '0028897511', role: 'university-staff', organisationId: 'demo-university-one' },
  { nationalCode: '4706905966', role: 'security' },
  { nationalCode: '7807320321', role: 'auditor' },
];
