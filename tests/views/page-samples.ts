/** Every page in every state worth looking at, for the gallery, the screenshots and the tests. */
import { autoSubmit } from '#views/auto-submit.ts';
import type { Asker } from '#views/components.ts';
import { deviceConfirm } from '#views/device/confirm.ts';
import { deviceDone } from '#views/device/done.ts';
import { enterCode, type UserCodeError } from '#views/device/enter-code.ts';
import { type ErrorKind, error } from '#views/error.ts';
import type { Html } from '#views/html.ts';
import type { Frame } from '#views/layout.ts';
import { consent } from '#views/sign-in/consent.ts';
import { expired } from '#views/sign-in/expired.ts';
import { type SignInError, signIn } from '#views/sign-in/sign-in.ts';
import { signOutConfirm } from '#views/sign-out/confirm.ts';
import { signOutDone } from '#views/sign-out/done.ts';
import { type InBothLanguages, type Text, textFor } from '#views/text/text.ts';
import { acceptanceSamples } from './acceptance-samples.ts';
import { accountSamples } from './account-samples.ts';
import { consoleSamples } from './console-samples.ts';
import { consoleSecuritySamples } from './console-security-samples.ts';
import { consoleSourceSamples } from './console-source-samples.ts';
import { enrolmentSamples } from './enrolment-samples.ts';
import { recoverySamples } from './recovery-samples.ts';
import { relyingPartySamples } from './relying-party-samples.ts';
import { securitySamples } from './security-samples.ts';
import { signInSamples } from './sign-in-samples.ts';
import { signOutSamples } from './sign-out-samples.ts';
import { windowSamples } from './window-samples.ts';

export type PageSample = { name: string; render: (text: Text) => Html };

/** What the samples of one room take from here. */
export type SampleParts = {
  taint(honest: string): string;
  both(fa: string, en: string): InBothLanguages;
  frame: Frame;
  csrf: string;
  asker: Asker;
  /** Milliseconds since 1970, on a leap day. */
  noon: number;
};

/** Noon on 30 Esfand 1403, a leap day. */
const leapDay = 1_742_459_400_000;

/** `taint` is applied to every string that does not come from us, so that a test can put an attack in its place. */
export function pageSamples(taint: (honest: string) => string = (honest) => honest): PageSample[] {
  const both = (fa: string, en: string): InBothLanguages => ({ fa: taint(fa), en: taint(en) });
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const sharif = both('دانشگاه صنعتی شریف', 'Sharif University of Technology');
  const library = both('کتابخانهٔ ملی', 'National Library');
  const asker = { name: beheshti, returnHost: taint('golestan.sbu.ac.ir') };
  const csrf = taint('f3a9');
  const hidden = [{ name: taint('xsrf'), value: taint('b1c2') }];
  const frame = {
    assets: { stylesheet: '/assets/panjereh.css', font: '/assets/vazirmatn.woff2', icon: '/assets/icon.svg' },
    switchLanguageHref: taintPath(taint, '/interaction/x?ui_locales=en'),
  };
  const signInWith = (problem?: SignInError, nationalCode?: string) => (text: Text) =>
    signIn(text, {
      frame,
      action: '/interaction/x/sign-in',
      csrf,
      asker,
      cancelAction: '/interaction/x/cancel',
      error: problem,
      nationalCode: nationalCode === undefined ? undefined : taint(nationalCode),
    });
  const parts = { taint, both, frame, csrf, asker, noon: leapDay };

  return [
    ...accountSamples(parts),
    ...windowSamples(parts),
    ...securitySamples(parts),
    ...consoleSamples(parts),
    ...acceptanceSamples(parts),
    ...relyingPartySamples(parts),
    ...consoleSourceSamples(parts),
    ...consoleSecuritySamples(parts),
    ...enrolmentSamples(parts),
    ...recoverySamples(parts),
    ...signOutSamples(parts),
    ...signInSamples(parts),
    { name: 'sign-in', render: signInWith() },
    { name: 'sign-in-wrong', render: signInWith({ kind: 'wrong-credentials' }, '۰۰۱۲۳۴۵۶۷۸') },
    {
      name: 'sign-in-fields',
      render: signInWith({ kind: 'fields', nationalCode: 'malformed', password: 'missing' }, '12345'),
    },
    { name: 'sign-in-slow-down', render: signInWith({ kind: 'slow-down', retryAfterMs: 240_000 }, '0012345678') },
    { name: 'sign-in-locked', render: signInWith({ kind: 'not-allowed', reason: 'locked' }, '0012345678') },
    { name: 'sign-in-busy', render: signInWith({ kind: 'busy', retryAfterMs: 5000 }, '0012345678') },
    { name: 'sign-in-own', render: (text) => signIn(text, { frame, action: '/sign-in', csrf }) },
    {
      name: 'consent',
      render: (text) =>
        consent(text, {
          frame,
          action: '/interaction/x/consent',
          csrf,
          asker,
          policyHref: 'https://sbu.ac.ir/privacy',
          claims: [
            {
              claim: 'given_name',
              required: true,
              value: taint('مریم'),
              purpose: both('نمایش نام شما در سامانهٔ گلستان', 'To show your name in the Golestan system'),
              retentionDays: 180,
            },
            {
              claim: 'national_code',
              required: true,
              purpose: both('یافتن پروندهٔ آموزشی شما', 'To find your academic record'),
              retentionDays: 5 * 365,
            },
            {
              claim: 'phone_number',
              required: false,
              isChosen: true,
              purpose: both('خبر دادن از زمان امتحان و لغو کلاس', 'To tell you about exams and cancelled classes'),
              retentionDays: 180,
            },
            {
              claim: taint('eduperson_affiliation'),
              required: false,
              purpose: both('تخفیف دانشجویی', 'Student discounts'),
            },
          ],
          shown: taint('given_name:required'),
        }),
    },
    {
      name: 'consent-news',
      render: (text) =>
        consent(text, {
          frame,
          action: '/interaction/x/consent',
          csrf,
          asker,
          claims: [
            {
              claim: 'birthdate',
              required: true,
              purpose: both('تخفیف دانشجویی', 'Student discounts'),
              retentionDays: 365,
            },
          ],
          decided: [
            { claim: 'given_name', isAllowed: true },
            { claim: 'phone_number', isAllowed: false },
          ],
          offlineDays: 180,
          resources: [{ name: library, scopes: [taint('loans:read')] }],
          shown: taint('birthdate:required'),
        }),
    },
    {
      name: 'expired',
      render: (text) => expired(text, { frame, asker, startAgainHref: 'https://golestan.sbu.ac.ir/' }),
    },
    { name: 'expired-unknown', render: (text) => expired(text, { frame }) },
    ...(Object.keys(textFor('fa').errors.kinds) as ErrorKind[]).map((kind) => ({
      name: `error-${kind}`,
      render: (text: Text) => error(text, { frame, kind, reference: taint('7F3K-9Q2M') }),
    })),
    {
      name: 'error-with-details',
      render: (text) =>
        error(text, {
          frame,
          kind: 'relying-party',
          reference: taint('7F3K-9Q2M'),
          back: { name: beheshti, href: 'https://sbu.ac.ir/' },
          protocolError: {
            code: taint('invalid_redirect_uri'),
            description: taint("redirect_uri did not match any of the client's registered redirect_uris"),
          },
        }),
    },
    {
      name: 'sign-out',
      render: (text) =>
        signOutConfirm(text, {
          frame,
          action: '/logout/confirm',
          hidden,
          from: beheshti,
          services: [sharif, library],
          otherwise: 'only-this-service',
        }),
    },
    {
      name: 'sign-out-own',
      render: (text) =>
        signOutConfirm(text, { frame, action: '/logout/confirm', hidden, services: [], otherwise: 'stay-signed-in' }),
    },
    { name: 'signed-out', render: (text) => signOutDone(text, { frame, signInHref: '/sign-in' }) },
    { name: 'signed-out-of-one', render: (text) => signOutDone(text, { frame, onlyFrom: beheshti }) },
    { name: 'device', render: (text) => enterCode(text, { frame, action: '/device', hidden }) },
    ...(Object.keys(textFor('fa').device.enter.errors) as UserCodeError[]).map((problem) => ({
      name: `device-${problem}`,
      render: (text: Text) =>
        enterCode(text, { frame, action: '/device', hidden, userCode: taint('WDJB-MJHT'), error: problem }),
    })),
    {
      name: 'device-confirm',
      render: (text) =>
        deviceConfirm(text, { frame, action: '/device', hidden, userCode: taint('WDJB-MJHT'), name: library }),
    },
    { name: 'device-connected', render: (text) => deviceDone(text, { frame, outcome: 'connected' }) },
    { name: 'device-refused', render: (text) => deviceDone(text, { frame, outcome: 'refused' }) },
    {
      name: 'auto-submit',
      render: (text) => autoSubmit(text, { frame, action: 'https://golestan.sbu.ac.ir/cb', hidden }),
    },
  ];
}

/** The query of a request comes back in the language switch; its path is ours. */
function taintPath(taint: (honest: string) => string, honest: string): string {
  const tainted = taint(honest);
  return tainted === honest ? honest : `${honest}&login_hint=${tainted.replaceAll(/[\s\\]/g, '')}`;
}
