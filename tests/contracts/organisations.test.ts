import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.ts';
import { MINUTE } from '#platform/durations.ts';
import { ORGANISATION_STAGES, type OrganisationDraft, STAGE_MOVES } from '#relying-parties/organisation.ts';
import type { OrganisationInList } from '#relying-parties/organisations-list-store.ts';
import { migrations } from '#root/migrations/all.ts';
import { aRegistryOfOrganisations } from '#tests/relying-parties/open-organisations.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { onEachDatabase } from './open-databases.ts';

const contact = {
  role: 'technical',
  name: 'سارا مرادی',
  email: 'sara.moradi@alborz.ac.ir',
  phone: '+982161111111',
} as const;

function an(id: string, more: Partial<OrganisationDraft> = {}): OrganisationDraft {
  return { id, name: { fa: `دانشگاه ${id}`, en: `University ${id}` }, kind: 'state', stage: 'not-begun', ...more };
}

onEachDatabase((databases) => {
  const clock = createFakeClock();
  const recorded: { name: string; details: object }[] = [];
  const here = () => aRegistryOfOrganisations(databases().first, { clock, recorded });
  const there = () => aRegistryOfOrganisations(databases().second, { clock });
  beforeAll(() => migrate(databases().first.database, migrations), MINUTE);

  test('what was saved is found again on every instance, contacts included', async () => {
    expect(await here().save(an('alborz', { contacts: [contact] }))).toEqual({ outcome: 'saved' });
    expect(await there().find('alborz')).toEqual({ ...an('alborz'), domains: [], contacts: [contact] });
    expect(await there().find('never-was')).toBeUndefined();
  });

  test('names are found together, and who is not there has none', async () => {
    const names = await there().namesOf(['alborz', 'alborz', 'never-was']);
    expect([...names]).toEqual([['alborz', an('alborz').name]]);
    expect(await there().namesOf([])).toEqual(new Map());
  });

  test('a contact rests sealed, and one that is moved to another organisation opens nothing', async () => {
    await here().saveAll([an('sealed-one', { contacts: [contact] }), an('sealed-two')]);
    const { rows } = await sql<{ sealed: string }>`select sealed from organisation_contacts`.execute(
      databases().first.database,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/سارا|moradi|6111/);
    await sql`update organisation_contacts set organisation_id = 'sealed-two' where organisation_id = 'sealed-one'`.execute(
      databases().first.database,
    );
    await expect(there().find('sealed-two')).rejects.toThrow(/altered/);
    await sql`delete from organisation_contacts where organisation_id = 'sealed-two'`.execute(
      databases().first.database,
    );
  });

  test('saving anew changes names and keeps contacts that are not named, the history and the stage', async () => {
    await here().save(an('damavand', { contacts: [contact] }));
    await here().save(an('damavand', { name: { fa: 'دماوند', en: 'Damavand' }, stage: 'connected' }));
    expect(await there().find('damavand')).toMatchObject({
      name: { fa: 'دماوند', en: 'Damavand' },
      stage: 'not-begun',
      contacts: [contact],
    });
    expect(await here().history('damavand')).toHaveLength(1);
  });

  describe('the way to being connected', () => {
    test('every move of the table is done and every other is refused, whatever the stage', async () => {
      for (const from of ORGANISATION_STAGES) {
        for (const to of ORGANISATION_STAGES) {
          const id = `move-${from}-${to}`;
          await here().save(an(id, { stage: from }));
          const moved = await here().moveTo({ id, stage: to, by: 'citizen-1', why: 'a letter came' });
          const isAllowed = STAGE_MOVES[from].includes(to);
          expect(moved, `${from} to ${to}`).toEqual(
            isAllowed ? { outcome: 'moved' } : { outcome: 'not-allowed', from },
          );
          expect((await there().find(id))?.stage).toBe(isAllowed ? to : from);
          expect(await there().history(id)).toHaveLength(isAllowed ? 2 : 1);
        }
      }
    });

    test('each change is kept with who, when and why, newest first, and audited', async () => {
      await here().save(an('sabalan'));
      clock.advance(MINUTE);
      await here().moveTo({ id: 'sabalan', stage: 'requested', by: 'citizen-1', why: '  we ask\n to be connected ' });
      expect(await there().history('sabalan')).toEqual([
        { from: 'not-begun', to: 'requested', at: clock.now(), by: 'citizen-1', why: 'we ask to be connected' },
        { to: 'not-begun', at: clock.now() - MINUTE, by: 'registry', why: '' },
      ]);
      expect(recorded).toContainEqual({
        name: 'organisation.moved',
        details: { organisationId: 'sabalan', by: 'citizen-1', from: 'not-begun', to: 'requested' },
      });
    });

    test('without a reason nothing moves', async () => {
      await here().save(an('alvand'));
      const moved = await here().moveTo({ id: 'alvand', stage: 'requested', by: 'citizen-1', why: ' \n ' });
      expect(moved).toEqual({ outcome: 'why-missing' });
      expect((await here().find('alvand'))?.stage).toBe('not-begun');
    });

    test('of many who move it at once to the same stage one does, and the history says so once', async () => {
      await here().save(an('taftan'));
      const moves = await Promise.all(
        [here(), there(), here(), there()].map((registry, index) =>
          registry.moveTo({ id: 'taftan', stage: 'requested', by: `citizen-${index}`, why: 'at once' }),
        ),
      );
      expect(moves.filter(({ outcome }) => outcome === 'moved')).toHaveLength(1);
      expect(await here().history('taftan')).toHaveLength(2);
    });
  });

  describe('the parent', () => {
    test('is one that is there, and never oneself or one of one’s own parts', async () => {
      await here().saveAll([an('whole'), an('part', { parent: 'whole' }), an('part-of-part', { parent: 'part' })]);
      const fault = async (draft: OrganisationDraft) => {
        const saved = await here().save(draft);
        return saved.outcome === 'refused' ? saved.faults : [];
      };
      expect(await fault(an('part', { parent: 'nobody' }))).toEqual([{ path: 'parent', reason: 'not-found' }]);
      expect(await fault(an('part', { parent: 'part' }))).toEqual([{ path: 'parent', reason: 'itself' }]);
      expect(await fault(an('whole', { parent: 'part-of-part' }))).toEqual([{ path: 'parent', reason: 'cycle' }]);
      expect((await here().find('whole'))?.parent).toBeUndefined();
    });

    test('makes no circle either when two instances each save one half of it at once', async () => {
      await here().saveAll([an('left'), an('right')]);
      const saved = await Promise.all([
        here().save(an('left', { parent: 'right' })),
        there().save(an('right', { parent: 'left' })),
      ]);
      expect(saved.map(({ outcome }) => outcome).sort()).toEqual(['refused', 'saved']);
    });
  });

  test('of many that are saved together one bad one keeps all out', async () => {
    const answers = await here().saveAll([an('good-one'), an('Bad One'), an('good-two')]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['saved', 'refused', 'saved']);
    expect(await here().find('good-one')).toBeUndefined();
    await here().saveAll([an('good-one'), an('good-two')]);
    expect(await here().find('good-two')).toBeDefined();
  });

  test('a list goes page by page through all of one kind and stage, and finds by words of either language', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      an(`agency-${String(index).padStart(2, '0')}`, { kind: 'agency', stage: 'requested' }),
    );
    await here().saveAll([...many, an('lake', { name: { fa: 'پژوهشگاه دریاچه', en: 'Lake Institute' } })]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await there().listFor({ kind: 'agency', stage: 'requested', limit: 10, after });
      if (page.outcome !== 'listed') throw new Error(page.outcome);
      seen.push(...page.organisations.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(many.map(({ id }) => id));
    for (const search of ['درياچه پژوهشگاه', 'LAKE inst', 'دریا‌چه']) {
      const page = await there().listFor({ search });
      expect(page, search).toMatchObject({ outcome: 'listed', organisations: [{ id: 'lake' }] });
    }
  });

  describe('a list that is sorted', () => {
    /** In the Persian alphabet; code points have another order, and so do the ids. */
    const names = ['آبان', 'اروند', 'پارس', 'تهران', 'چمران', 'سمنان', 'ژرفا', 'کرمان', 'گلستان', 'یزد'];
    const inAlphabet = [...names].sort(new Intl.Collator('fa').compare);
    const sorts = ['name-fa', 'name-en', 'stage', 'since'] as const;
    const listed = async (order: { by: (typeof sorts)[number]; isDescending: boolean }) => {
      const seen: OrganisationInList[] = [];
      let after: string | undefined;
      do {
        const page = await there().listFor({ search: 'sorted-', order, limit: 3, after });
        if (page.outcome !== 'listed') throw new Error(page.outcome);
        seen.push(...page.organisations);
        after = page.next;
      } while (after !== undefined);
      return seen;
    };

    beforeAll(async () => {
      const stages = ['connected', 'requested', 'not-begun'] as const;
      for (const [index, name] of names.entries()) {
        const id = `sorted-${(index * 7) % names.length}`;
        await here().save(
          an(id, { name: { fa: name, en: `Sorted ${index % 4} ${id}` }, stage: stages[index % 3] ?? 'connected' }),
        );
        clock.advance(1000);
      }
      await here().moveTo({ id: 'sorted-7', stage: 'in-technical-process', by: 'tests', why: 'for the test' });
    });

    test.each(sorts)('by %s goes page by page through all of them, forwards and backwards', async (by) => {
      const forwards = await listed({ by, isDescending: false });
      expect(new Set(forwards.map(({ id }) => id)).size).toBe(names.length);
      expect((await listed({ by, isDescending: true })).reverse()).toEqual(forwards);
    });

    test('follows the Persian alphabet, the English one, the way to being connected, and time', async () => {
      const by = async (sort: (typeof sorts)[number]) => listed({ by: sort, isDescending: false });
      expect((await by('name-fa')).map(({ name }) => name.fa)).toEqual(inAlphabet);
      const english = (await by('name-en')).map(({ name }) => name.en);
      expect(english).toEqual([...english].sort());
      const stages = (await by('stage')).map(({ stage }) => ORGANISATION_STAGES.indexOf(stage));
      expect(stages).toEqual([...stages].sort((a, b) => a - b));
      const times = await by('since');
      expect(times.map(({ since }) => since)).toEqual(times.map(({ since }) => since).sort((a, b) => a - b));
      expect(times.at(-1)?.id).toBe('sorted-7');
    });

    test('gives out cursors that hold in no other order', async () => {
      const first = await here().listFor({ order: { by: 'stage', isDescending: false }, limit: 2 });
      const after = first.outcome === 'listed' ? first.next : undefined;
      expect(after).toBeDefined();
      for (const order of [
        undefined,
        { by: 'since', isDescending: false },
        { by: 'stage', isDescending: true },
      ] as const)
        expect((await here().listFor({ order, limit: 2, after })).outcome).toBe('not-a-cursor');
      const same = { by: 'stage', isDescending: false } as const;
      expect((await here().listFor({ order: same, limit: 2, after })).outcome).toBe('listed');
    });
  });
});
