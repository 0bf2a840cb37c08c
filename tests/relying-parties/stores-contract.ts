import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createConsents } from '#relying-parties/consents-store.ts';
import { createRelyingParties } from '#relying-parties/relying-parties.ts';
import { createResources } from '#relying-parties/resources-store.ts';
import { createSubjects } from '#relying-parties/subjects-store.ts';
import { DEMO_RESOURCE, DEMO_SECRETS, seedRelyingParties } from '#root/commands/seed-relying-parties.ts';
import { migrations } from '#root/migrations/all.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { aDraft } from './drafts.ts';
import { aRegistryOfOrganisations } from './open-organisations.ts';

type Connect = () => Promise<DatabaseConnection>;

const sealer = createSealer([{ id: 'k1', secret: Buffer.alloc(32, 7) }]);
const hash = createKeyedHash(Buffer.alloc(32, 9));

/** The same rules on every database; each call of `connect` is another instance on the same data. */
export function relyingPartyStoresKeepTheirContract(on: string, connect: Connect): void {
  describe(`relying parties and what belongs to them, on ${on}`, () => {
    const clock = createFakeClock();
    let connection: DatabaseConnection;

    beforeAll(async () => {
      connection = await connect();
      await migrate(connection.database, migrations);
      await aRegistryOfOrganisations(connection).save({
        id: 'sharif',
        name: { fa: 'شریف', en: 'Sharif' },
        kind: 'state',
        stage: 'requested',
      });
    }, MINUTE);
    afterAll(() => connection.close());

    /** Its own feed and caches, as another process would have. */
    const anInstance = () => {
      const { database } = connection;
      const changeFeed = createChangeFeed({ database, clock, pollEveryMs: 0 });
      return {
        changeFeed,
        relyingParties: createRelyingParties({ database, sealer, hash, changeFeed, clock }),
        resources: createResources({ database, changeFeed, longestTokenMs: HOUR }),
        consents: createConsents({ database, changeFeed }),
        subjects: createSubjects({ database }),
      };
    };
    let here: ReturnType<typeof anInstance>;
    let there: ReturnType<typeof anInstance>;
    beforeEach(async () => {
      here = anInstance();
      there = anInstance();
      await Promise.all([here.changeFeed.poll(), there.changeFeed.poll()]);
    });

    test('what was saved is found again, with its agreement', async () => {
      const saved = await here.relyingParties.save(aDraft({ clientId: 'kept' }));
      expect(saved).toMatchObject({ outcome: 'saved' });
      expect(await there.relyingParties.find('kept')).toMatchObject({
        organisationId: 'sharif',
        name: { fa: 'برنامه', en: 'Application' },
        agreement: aDraft({}).agreement,
      });
      expect(await there.relyingParties.find('never-was')).toBeUndefined();
    });

    test('a change made in one instance is seen by another after its feed was read, and not before', async () => {
      await here.relyingParties.save(aDraft({ clientId: 'changing' }));
      await there.relyingParties.find('changing');
      await here.relyingParties.save(aDraft({ clientId: 'changing', name: { fa: 'نو', en: 'New' } }));
      expect((await here.relyingParties.find('changing'))?.name.en).toBe('New');
      expect((await there.relyingParties.find('changing'))?.name.en).toBe('Application');
      await there.changeFeed.poll();
      expect((await there.relyingParties.find('changing'))?.name.en).toBe('New');
    });

    test('a suspended relying party does not exist for the library, in any instance', async () => {
      await here.relyingParties.save(aDraft({ clientId: 'bad' }));
      expect(await there.relyingParties.findMetadata('bad')).toBeDefined();
      expect(await here.relyingParties.setState('bad', 'suspended')).toBe(true);
      await there.changeFeed.poll();
      expect(await here.relyingParties.findMetadata('bad')).toBeUndefined();
      expect(await there.relyingParties.findMetadata('bad')).toBeUndefined();
    });

    test('an unknown relying party that comes to be is found once the feed was read', async () => {
      expect(await there.relyingParties.find('later')).toBeUndefined();
      await here.relyingParties.save(aDraft({ clientId: 'later' }));
      await there.changeFeed.poll();
      expect(await there.relyingParties.find('later')).toBeDefined();
    });

    test('a client secret rests hashed, is known when presented, and stays when an update names none', async () => {
      const clientSecret = 'x'.repeat(40);
      await here.relyingParties.save(aDraft({ clientId: 'secretive', clientSecret }));
      await here.relyingParties.save(aDraft({ clientId: 'secretive', clientSecret: undefined }));
      const found = await there.relyingParties.find('secretive');
      expect(JSON.stringify(found)).not.toContain(clientSecret);
      expect(await there.relyingParties.isSecretOf('secretive', clientSecret)).toBe(true);
      expect(await there.relyingParties.isSecretOf('secretive', `${clientSecret}x`)).toBe(false);
      expect((await there.relyingParties.findMetadata('secretive'))?.client_secret).not.toBe(clientSecret);
    });

    test('an update may not move a relying party to another organisation', async () => {
      await here.relyingParties.save(aDraft({ clientId: 'settled' }));
      const moved = await here.relyingParties.save(aDraft({ clientId: 'settled', organisationId: 'tehran' }));
      expect(moved).toEqual({ outcome: 'refused', faults: [{ path: 'organisation_id', reason: 'may-not-change' }] });
    });

    test('a citizen has one subject per organisation, whoever asks first and however many ask at once', async () => {
      const citizenId = 'citizen-1';
      const asked = await Promise.all(
        [here, there].flatMap(({ subjects }) =>
          Array.from({ length: 20 }, () => subjects.subjectFor({ citizenId, sector: 'sharif' })),
        ),
      );
      const [subject] = asked;
      expect(new Set(asked).size).toBe(1);
      expect(subject).toMatch(/^[\w-]{43}$/);
      expect(await anInstance().subjects.subjectFor({ citizenId, sector: 'sharif' })).toBe(subject);
      expect(await here.subjects.subjectFor({ citizenId, sector: 'tehran' })).not.toBe(subject);
      expect(await here.subjects.findCitizen({ sector: 'sharif', subject: subject ?? '' })).toBe(citizenId);
      expect(await here.subjects.findCitizen({ sector: 'tehran', subject: subject ?? '' })).toBeUndefined();
    });

    test('a consent is found until it is withdrawn, and can be given again', async () => {
      await here.relyingParties.save(aDraft({ clientId: 'asking' }));
      const place = { citizenId: 'citizen-1', clientId: 'asking' };
      const consent = {
        scopes: ['openid'],
        claims: ['given_name'],
        refusedClaims: ['phone_number'],
        resources: { 'https://api.example': ['r'] },
      };
      const heard: string[] = [];
      there.changeFeed.onChange('consents', (key) => heard.push(key));

      expect(await here.consents.find(place)).toBeUndefined();
      await here.consents.save({ ...place, ...consent });
      expect(await there.consents.find(place)).toMatchObject(consent);
      expect(await there.consents.listOf('citizen-1')).toHaveLength(1);
      expect(await here.consents.withdraw(place)).toBe(true);
      expect(await here.consents.withdraw(place)).toBe(false);
      expect(await there.consents.find(place)).toBeUndefined();
      await here.consents.save({ ...place, ...consent, claims: [] });
      expect(await there.consents.find(place)).toMatchObject({ claims: [] });
      await there.changeFeed.poll();
      expect(heard).toContain('citizen-1:asking');
    });

    test('the seed adds everything once, leaves changes alone, and every one is valid', async () => {
      const stores = { ...here, organisations: aRegistryOfOrganisations(connection) };
      await seedRelyingParties(stores);
      await here.relyingParties.setState('demo-university-two', 'suspended');
      await seedRelyingParties(stores);
      expect((await here.relyingParties.find('demo-university-two'))?.state).toBe('suspended');
      await here.relyingParties.setState('demo-university-two', 'active');
      const metadata = await here.relyingParties.findMetadata('demo-university-two');
      expect(metadata).toMatchObject({ subject_type: 'pairwise' });
      expect(await here.relyingParties.isSecretOf('demo-university-two', DEMO_SECRETS.universityTwo)).toBe(true);
      expect(metadata).not.toHaveProperty('initiate_login_uri');
      expect(await there.resources.find(DEMO_RESOURCE)).toMatchObject({ signingAlg: 'ES256' });
      expect(await there.resources.find('https://other.example')).toBeUndefined();
      expect((await stores.organisations.list()).length).toBe(151);
    });

    test.each([3601, 86_400, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'a resource whose tokens would live %d s is refused, for nobody could call them back',
      async (accessTokenTtlSeconds) => {
        const known = await there.resources.find(DEMO_RESOURCE);
        if (known === undefined) throw new Error('the resource is gone');
        await expect(here.resources.save({ ...known, accessTokenTtlSeconds })).rejects.toThrow(/from 1 to 3600/);
        // The control: the longest that may be.
        await here.resources.save({ ...known, accessTokenTtlSeconds: 3600 });
      },
    );
  });
}
