import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountPaths } from '#tests/support/account-paths.ts';
import { ATTACHED_PAGE, STUDENT } from '#tests/support/attached-world.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { connectSource, startClaimsSource, type TestSource } from '#tests/support/claims-source.ts';
import { NEW_PASSWORD } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { offerOn } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { createSoftwareAuthenticator } from '#tests/support/software-authenticator.ts';
import { arriveStrongly } from '#tests/support/strong-citizen.ts';
import { KNOWN_PEOPLE } from '../../demo/people/known-people.ts';
import { claimedFields } from './claimed-fields.ts';

/**
 * Mass assignment in the citizen's own pages: each form, as the routes list them, does what it is for, and whatever
 * else it carries changes neither what is verified of its owner nor anything of the citizen whom it names.
 */
const forms = accountPaths('POST');

const [OWNER, VICTIM] = [0, 1];
const SECURITY = '/account/security';
/** Registered to the demo's first citizen, beside the one that the account has. */
const NEW_PHONE = KNOWN_PEOPLE.find(({ nationalCode }) => nationalCode === '8438628508')?.phones[1] ?? '';

let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let source: TestSource;
let browser: Browser;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
  source = await startClaimsSource(provider, { clientId: 'university', clock: provider.services.clock });
  await connectSource(provider, source);
  // With the highest level already, a claim of it would show nothing.
  await sql`update citizens set identity_level = 'self-asserted'`.execute(provider.services.database);
  browser = createBrowser();
  await arriveStrongly({ provider, outside, browser, citizen: OWNER, to: SECURITY });
  const tokens = await university.signIn({ browser, citizen: OWNER });
  source.students.set(tokens.claims()?.sub ?? '', STUDENT);
  await university.signIn({ citizen: VICTIM });
}, 60_000);
afterAll(async () => {
  source.close();
  await provider.close();
  await outside.close();
});

const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';

async function verifiedOf(citizen: number) {
  const found = await provider.services.people.citizens.findById(idOf(citizen));
  if (found === undefined) throw new Error('the citizen is gone');
  const { phone: _, state: __, closesAt: ___, updatedAt: ____, language: _____, ...verified } = found;
  return verified;
}

/** Every row of every table that is somebody's. */
async function rowsAbout(citizen: number): Promise<string[]> {
  const { database, auditStore } = provider.services;
  await auditStore.flush();
  const { rows: tables } = await sql<{ name: string; key: string }>`
    select table_name as name, column_name as key from information_schema.columns
    where table_schema = current_schema() and (column_name = 'citizen_id' or (table_name, column_name) = ('citizens', 'id'))
    order by table_name`.execute(database);
  expect(tables.length).toBeGreaterThan(10);
  const found: string[] = [];
  for (const { name, key } of tables) {
    const { rows } = await sql`select * from ${sql.table(name)} where ${sql.ref(key)} = ${idOf(citizen)}`.execute(
      database,
    );
    found.push(...rows.map((row) => `${name} ${JSON.stringify(row)}`));
  }
  return found.toSorted();
}

type Act = {
  path: string;
  /** Where its form is, when that is another page. */
  on?: string;
  fields: (page: Page) => Promise<Record<string, string>> | Record<string, string>;
  /** Where it leads when it did what it is for. */
  to: string;
};

const device = createSoftwareAuthenticator();
const acts: readonly Act[] = [
  {
    path: `${SECURITY}/passkey`,
    fields: (page) => ({ response: JSON.stringify(device.create(offerOn(page), { origin: provider.issuer })) }),
    to: `${SECURITY}?news=added`,
  },
  {
    path: `${SECURITY}/authenticator`,
    fields({ text }) {
      const secret = Secret.fromBase32(/name="secret" value="([A-Z2-7]{32})"/.exec(text)?.[1] ?? '');
      return { code: new TOTP({ secret, digits: 6 }).generate({ timestamp: provider.services.clock.now() }) };
    },
    to: `${SECURITY}?news=added`,
  },
  {
    path: `${SECURITY}/remove`,
    on: SECURITY,
    async fields() {
      const [added] = await provider.services.people.authenticators.list(idOf(OWNER));
      return { passkey: '', authenticator: added?.id ?? '' };
    },
    to: `${SECURITY}?news=removed`,
  },
  { path: `${SECURITY}/recovery-codes`, fields: () => ({}), to: `${SECURITY}/recovery-codes` },
  {
    path: `${SECURITY}/forget`,
    on: SECURITY,
    async fields() {
      const [remembered] = await provider.services.people.rememberedDevices.list(idOf(OWNER));
      return { device: remembered?.id ?? '' };
    },
    to: `${SECURITY}?news=forgotten`,
  },
  { path: `${SECURITY}/password`, fields: () => ({ password: NEW_PASSWORD }), to: `${SECURITY}?news=password-changed` },
  { path: ATTACHED_PAGE, fields: () => ({ attach: 'university' }), to: `${ATTACHED_PAGE}?news=attached` },
  {
    path: '/account/services',
    fields: () => ({ service: 'university' }),
    to: '/account/services?withdrawn=yes',
  },
  { path: '/account/data', fields: () => ({}), to: '/account/data' },
  { path: '/account/phone', fields: () => ({ phone: NEW_PHONE }), to: '/account/phone/code' },
  { path: '/account/phone/code/again', on: '/account/phone/code', fields: () => ({}), to: '/account/phone/code/again' },
  { path: '/account/phone/code', fields: () => ({ code: outside.codeFor(NEW_PHONE) }), to: '/account?news=phone' },
  { path: '/account/close', fields: () => ({}), to: '/account/close' },
  { path: '/account/close/stop', on: '/account/close', fields: () => ({}), to: '/account/close?news=stopped' },
  { path: '/account/sessions', fields: () => ({ session: 'Session:none' }), to: '/account/sessions?ended=yes' },
  {
    path: '/account/not-me',
    on: '/account/activity',
    fields: ({ text }) => ({ event: /name="event" value="(\d+)"/.exec(text)?.[1] ?? '' }),
    to: '/account/not-me',
  },
];

test('every form of the account is among these', () => {
  expect(acts.map(({ path }) => path).toSorted()).toEqual(forms.toSorted());
});

test('each does what it is for, and nothing that it claims is believed of its owner or done to whom it names', async () => {
  await provider.services.people.rememberedDevices.remember({ citizenId: idOf(OWNER), userAgent: '', network: '' });
  const claimed = claimedFields(idOf(VICTIM));
  const [verified, victim] = [await verifiedOf(OWNER), await rowsAbout(VICTIM)];
  expect(verified).toMatchObject({ id: idOf(OWNER), identityLevel: 'self-asserted' });
  expect(victim.length).toBeGreaterThan(5);
  for (const { path, on = path, fields, to } of acts) {
    const page = await browser.open(`${provider.issuer}${on}`, { stayAt: provider.issuer });
    const honest = await fields(page);
    const done = await submitTo(browser, page, {
      ...{ path, stayAt: provider.issuer },
      fields: { ...claimed, id: idOf(VICTIM), sub: idOf(VICTIM), account_id: idOf(VICTIM), ...honest },
    });
    expect([path, done.url]).toEqual([path, `${provider.issuer}${to}`]);
    expect([path, await verifiedOf(OWNER)]).toEqual([path, verified]);
    expect([path, await rowsAbout(VICTIM)]).toEqual([path, victim]);
  }
  const { people, database } = provider.services;
  const owner = await people.citizens.findById(idOf(OWNER));
  expect(owner).toMatchObject({ phone: NEW_PHONE, state: 'must-change-password' });
  expect(owner?.closesAt).toBeUndefined();
  expect(await people.factorsOf(idOf(OWNER))).toMatchObject({ passkeys: 1, authenticators: 0, recoveryCodesLeft: 10 });

  // The control: what is looked at does show such a change.
  for (const citizen of [OWNER, VICTIM])
    await sql`update citizens set identity_level = 'registry-matched' where id = ${idOf(citizen)}`.execute(database);
  expect(await verifiedOf(OWNER)).not.toEqual(verified);
  expect(await rowsAbout(VICTIM)).not.toEqual(victim);
});
