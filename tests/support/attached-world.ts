import * as oidc from 'openid-client';
import { type Browser, createBrowser } from './browser.ts';
import { connectSource, startClaimsSource } from './claims-source.ts';
import { createFakeClock } from './fake-clock.ts';
import { startProvider } from './provider.ts';
import { createRelyingParty, type TestRelyingParty } from './relying-party.ts';

export type AttachedWorld = Awaited<ReturnType<typeof openAttachedWorld>>;

export const ATTACHED_PAGE = '/account/attached';
export const STUDENT = { student_status: 'active', degree: 'bachelor', field: 'مهندسی کامپیوتر', entry_year: 1402 };

const claim = (name: string) => ({ claim: name, purpose: { fa: 'برای آزمون', en: 'for the test' }, required: true });

/** A source, somebody who studies there, and relying parties that may know more or less of it, on a clock of their own. */
export async function openAttachedWorld() {
  const clock = createFakeClock();
  const provider = await startProvider({ clock });
  const source = await startClaimsSource(provider, { clientId: 'sharif', clock });
  const agreed = (claims: string[], more: object = {}) => ({
    agreement: { claims: claims.map(claim), scopes: ['openid', 'academic', 'student', 'offline_access'], ...more },
  });
  const saying = await createRelyingParty(provider, {
    clientId: 'sharif',
    rest: agreed(['student_status', 'is_student']),
  });
  const full = await createRelyingParty(provider, {
    clientId: 'tehran',
    rest: agreed(['student_status', 'degree', 'is_student', 'degree_at_least'], { mayAskForEvidence: true }),
  });
  const modest = await createRelyingParty(provider, {
    clientId: 'shop',
    rest: agreed(['is_student', 'degree_at_least']),
  });
  await connectSource(provider, source);
  const citizenId = provider.citizens[0]?.id ?? '';
  const subject = (await saying.signIn({ extra: { scope: 'openid' } })).claims()?.sub ?? '';
  const { attachments, auditStore } = provider.services;
  const stay = { stayAt: provider.issuer };

  return {
    ...{ clock, provider, source, saying, full, modest, citizenId, subject, stay },

    /** Nothing attached, a source that tells the truth, and a browser in which its student is signed in. */
    async begin(): Promise<Browser> {
      source.spoil = undefined;
      source.students.set(subject, { ...STUDENT, national_code: '0000000000' });
      await attachments.remove({ citizenId, clientId: 'sharif' });
      const browser = createBrowser();
      await saying.signIn({ browser, extra: { scope: 'openid' } });
      return browser;
    },

    open: (browser: Browser) => browser.open(`${provider.issuer}${ATTACHED_PAGE}`, stay),

    /** Posts the page's form with these fields. */
    async act(browser: Browser, fields: Record<string, string>) {
      const page = await browser.open(`${provider.issuer}${ATTACHED_PAGE}`, stay);
      const actions = [...page.text.matchAll(/<form\b[^>]*action="([^"]*)"/g)];
      const form = actions.findIndex(([, action]) => action === ATTACHED_PAGE);
      return browser.submit(page, fields, { ...stay, form });
    },

    /** What a sign-in with this request tells. */
    async told(party: TestRelyingParty, extra: Record<string, string>, browser: Browser) {
      const tokens = await party.signIn({ browser, extra });
      const sub = tokens.claims()?.sub ?? '';
      return { tokens, userinfo: await oidc.fetchUserInfo(party.config, tokens.access_token, sub) };
    },

    async events(name: string) {
      await auditStore.flush();
      return (await auditStore.listOf(citizenId, { limit: 50 })).filter((each) => each.name === name);
    },

    /** Instances look at the key ring every few seconds, in time that is not ours. */
    async pass(milliseconds: number): Promise<void> {
      clock.advance(milliseconds);
      await provider.services.signingKeys.refresh();
      await provider.services.changeFeed.poll();
    },

    async close(): Promise<void> {
      source.close();
      await provider.close();
    },
  };
}
