import { beforeAll, describe, expect, test } from 'vitest';
import { createAuditEvents } from '#audit/events.ts';
import { APPROVAL_EXPIRES_MS, type ApprovalFault, createApprovals } from '#operators/approvals.ts';
import { createOperators } from '#operators/operators.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { onEachDatabase } from './open-databases.ts';

const asked = { act: 'suspend', subject: 'client-1', askedBy: 'first', why: 'abuse', payload: { note: 1 } } as const;

onEachDatabase((databases) => {
  const clock = createFakeClock();
  const audit = createAuditEvents(async () => {});

  beforeAll(async () => {
    await migrate(databases().first.database, migrations);
  });

  describe('operators', () => {
    test('who loses a role has lost it at once on the other instance, and keeps their others', async () => {
      const here = createOperators({ database: databases().first.database, audit, clock });
      const there = createOperators({ database: databases().second.database, audit, clock });
      const of = { citizenId: 'c1', by: 'command', why: 'first' };
      expect(await here.grant({ ...of, role: 'ministry' })).toBe('granted');
      expect(await here.grant({ ...of, role: 'auditor' })).toBe('granted');
      expect(await here.grant({ ...of, role: 'auditor' })).toBe('already');
      expect((await there.operatorsOf('c1')).map(({ role }) => role).sort()).toEqual(['auditor', 'ministry']);
      expect(await here.revoke({ ...of, role: 'ministry' })).toBe('revoked');
      expect((await there.operatorsOf('c1')).map(({ role }) => role)).toEqual(['auditor']);
      expect(await here.revoke({ ...of, role: 'ministry' })).toBe('not-found');
    });

    test('staff belong to an organisation, and nobody else does', async () => {
      const operators = createOperators({ database: databases().first.database, audit, clock });
      const of = { citizenId: 'c2', by: 'command', why: 'x' };
      expect(await operators.grant({ ...of, role: 'university-staff' })).toBe('wrong-organisation');
      expect(await operators.grant({ ...of, role: 'ministry', organisationId: 'o' })).toBe('wrong-organisation');
      expect(await operators.grant({ ...of, role: 'university-staff', organisationId: 'o' })).toBe('granted');
    });
  });

  describe('approvals', () => {
    function open() {
      const performed: string[] = [];
      const state = { faults: [] as ApprovalFault[], fails: false, movedOn: new Set<string>() };
      const act = async ({ id }: { id: string }) => {
        if (state.fails) throw new Error('the act failed');
        performed.push(id);
        return state.faults;
      };
      const perform = {
        'connect-organisation': act,
        'go-live': act,
        'change-production': act,
        'weaken-security': act,
        suspend: act,
        resume: act,
        'grant-operator': act,
        'revoke-operator': act,
        'connect-source': act,
        'new-production-secret': act,
      };
      const on = (database: 'first' | 'second') =>
        createApprovals({
          database: databases()[database].database,
          perform,
          listMovedOn: async (waiting) =>
            waiting.flatMap(({ id, subject }) => (state.movedOn.has(subject) ? [id] : [])),
          hasWorkedFor: async () => false,
          audit,
          clock,
        });
      return { here: on('first'), there: on('second'), performed, state };
    }
    const yes = { decision: 'approved', why: 'seen' } as const;

    test('who asked does not decide; a second person does', async () => {
      const { here, performed } = open();
      const { id } = await here.ask(asked);
      expect(await here.decide({ id, by: 'first', ...yes })).toEqual({ outcome: 'same-person' });
      expect(performed).toEqual([]);
      expect((await here.decide({ id, by: 'second', ...yes })).outcome).toBe('done');
      expect(performed).toEqual([id]);
    });

    test('of two who decide at once on two instances one is first, and the act is done once', async () => {
      const { here, there, performed } = open();
      const { id } = await here.ask(asked);
      const outcomes = await Promise.all([
        here.decide({ id, by: 'second', ...yes }),
        there.decide({ id, by: 'third', ...yes }),
      ]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['already-decided', 'done']);
      expect(performed).toEqual([id]);
    });

    test('what no longer holds is refused with its faults and goes on waiting', async () => {
      const { here, state } = open();
      const { id } = await here.ask(asked);
      state.faults = [{ path: 'stage', reason: 'moved' }];
      expect(await here.decide({ id, by: 'second', ...yes })).toEqual({ outcome: 'refused', faults: state.faults });
      state.faults = [];
      expect((await here.decide({ id, by: 'second', ...yes })).outcome).toBe('done');
    });

    test('an act that fails goes on waiting, and leaves nothing in the way of the next decision', async () => {
      const { here, performed, state } = open();
      const { id } = await here.ask(asked);
      state.fails = true;
      await expect(here.decide({ id, by: 'second', ...yes })).rejects.toThrow('the act failed');
      state.fails = false;
      expect((await here.decide({ id, by: 'third', ...yes })).outcome).toBe('done');
      expect(performed).toEqual([id]);
    });

    test('a refused act is not done, and after seven days nothing is', async () => {
      const { here, performed } = open();
      const refused = await here.ask(asked);
      expect((await here.decide({ id: refused.id, by: 'second', decision: 'refused', why: 'no' })).outcome).toBe(
        'done',
      );
      const old = await here.ask(asked);
      clock.advance(APPROVAL_EXPIRES_MS);
      expect(await here.decide({ id: old.id, by: 'second', ...yes })).toEqual({ outcome: 'expired' });
      expect(performed).toEqual([]);
    });

    test('the same thing that two ask for at once on two instances is one request, until it is decided', async () => {
      const { here, there } = open();
      const same = { ...asked, subject: 'client-3' };
      const ids = (await Promise.all([here.ask(same), there.ask({ ...same, askedBy: 'third' })])).map(({ id }) => id);
      expect(new Set(ids).size).toBe(1);
      expect((await here.ask({ ...same, payload: { note: 2 } })).id).not.toBe(ids[0]);
      expect((await here.decide({ id: ids[0] ?? '', by: 'second', ...yes })).outcome).toBe('done');
      expect((await here.ask(same)).id).not.toBe(ids[0]);
    });

    test('what was asked about a state of things that is gone is closed with the reason, and decided by nobody', async () => {
      const { here, there, state, performed } = open();
      const [gone, stays] = [
        await here.ask({ ...asked, subject: 'gone' }),
        await here.ask({ ...asked, subject: 'stays' }),
      ];
      expect((await there.list({ state: 'waiting', subject: 'gone' })).map(({ id }) => id)).toEqual([gone.id]);
      state.movedOn.add('gone');
      expect(await there.list({ state: 'waiting', subject: 'gone' })).toEqual([]);
      const closed = { state: 'refused', decided: { at: clock.now(), by: 'system', why: 'changed-since' } };
      expect(await here.find(gone.id)).toMatchObject(closed);
      expect(await here.decide({ id: gone.id, by: 'second', ...yes })).toEqual({ outcome: 'overtaken' });
      expect(performed).toEqual([]);
      expect((await here.decide({ id: stays.id, by: 'second', ...yes })).outcome).toBe('done');
    });

    test('what lapsed waits for nobody any more, so that it can be asked for again', async () => {
      const { here } = open();
      const { id, subject } = await here.ask({ ...asked, subject: 'client-2' });
      const idsOf = async (state: 'waiting' | 'lapsed') => (await here.list({ state, subject })).map((each) => each.id);
      expect([await idsOf('waiting'), await idsOf('lapsed')]).toEqual([[id], []]);
      clock.advance(APPROVAL_EXPIRES_MS - 1);
      expect([await idsOf('waiting'), (await here.find(id))?.state]).toEqual([[id], 'waiting']);
      clock.advance(1);
      expect([await idsOf('waiting'), await idsOf('lapsed')]).toEqual([[], [id]]);
      expect((await here.find(id))?.state).toBe('lapsed');
      expect((await here.list({ subject })).map(({ state }) => state)).toEqual(['lapsed']);
    });
  });
});
