import { describe, expect, test } from 'vitest';
import { MAY, mayDo, PERMISSIONS, ROLES } from '#operators/permissions.ts';

describe('permissions', () => {
  test.each(PERMISSIONS)('staff may do %s at most for their own organisation', (permission) => {
    const staff = { role: 'university-staff', organisationId: 'own' } as const;
    expect(mayDo(staff, permission, { organisationId: 'other' })).toBe(false);
    expect(mayDo(staff, permission)).toBe(false);
    expect(mayDo({ role: 'university-staff' }, permission, {})).toBe(false);
    expect(mayDo(staff, permission, { organisationId: 'own' })).toBe(MAY['university-staff'].includes(permission));
  });

  test('the ministry alone decides and gives roles, security alone works on incidents and keys, auditors change nothing', () => {
    const who = (permission: (typeof PERMISSIONS)[number]) =>
      ROLES.filter((role) => mayDo({ role, organisationId: 'own' }, permission, { organisationId: 'own' }));
    expect(who('approvals:decide')).toEqual(['ministry']);
    expect(who('operators:change')).toEqual(['ministry']);
    expect(who('incidents:work')).toEqual(['security']);
    expect(who('keys:change')).toEqual(['security']);
    expect(who('audit:read')).toEqual(['auditor']);
    expect(MAY.auditor.every((permission) => permission.endsWith(':read'))).toBe(true);
  });
});
