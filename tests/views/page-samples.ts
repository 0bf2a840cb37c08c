/** Every page in every state worth looking at, for the gallery, the screenshots and the tests. */
import { sessions } from '#views/account/sessions.ts';
import { autoSubmit } from '#views/auto-submit.ts';
import { deviceConfirm } from '#views/device/confirm.ts';
import { deviceDone } from '#views/device/done.ts';
import { enterCode, type UserCodeError } from '#views/device/enter-code.ts';
import { type ErrorKind, error } from '#views/error.ts';
import type { Html } from '#views/html.ts';
import { consent } from '#views/sign-in/consent.ts';
import { expired } from '#views/sign-in/expired.ts';
import { type SignInError, signIn } from '#views/sign-in/sign-in.ts';
import { signOutConfirm } from '#views/sign-out/confirm.ts';
import { signOutDone } from '#views/sign-out/done.ts';
import { type InBothLanguages, type Text, textFor } from '#views/text/text.ts';
import { home, type ServiceKind } from '#views/window/home.ts';

export type PageSample = { name: string; render: (text: Text) => Html };

/** Noon on 30 Esfand 1403, a leap day. */
const leapDay = 1_742_459_400_000;
const HOUR = 3_600_000;

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
  const service = (name: InBothLanguages, kind: ServiceKind) => ({
    name,
    kind,
    openHref: 'https://golestan.sbu.ac.ir/login',
  });
  const services = [
    service(beheshti, 'state-university'),
    service(sharif, 'state-university'),
    service(both('دانشگاه تهران', 'University of Tehran'), 'state-university'),
    service(both('دانشگاه علوم پزشکی شیراز', 'Shiraz University of Medical Sciences'), 'medical-university'),
    service(library, 'government'),
  ];

  return [
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
              retention: both('تا پایان تحصیل', 'Until you graduate'),
            },
            {
              claim: 'national_code',
              required: true,
              purpose: both('یافتن پروندهٔ آموزشی شما', 'To find your academic record'),
              retention: both('پنج سال پس از پایان تحصیل', 'Five years after you graduate'),
            },
            {
              claim: 'phone_number',
              required: false,
              isChosen: true,
              purpose: both('خبر دادن از زمان امتحان و لغو کلاس', 'To tell you about exams and cancelled classes'),
              retention: both('تا پایان تحصیل', 'Until you graduate'),
            },
            {
              claim: taint('eduperson_affiliation'),
              required: false,
              purpose: both('تخفیف دانشجویی', 'Student discounts'),
            },
          ],
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
    { name: 'home', render: (text) => home(text, { frame, signInHref: '/sign-in', services }) },
    { name: 'home-empty', render: (text) => home(text, { frame, signInHref: '/sign-in', services: [] }) },
    {
      name: 'home-signed-in',
      render: (text) =>
        home(text, {
          frame,
          citizen: {
            name: both('مریم رضایی', 'Maryam Rezaei'),
            sessionsHref: '/account/sessions',
            signOutHref: '/logout',
          },
          services,
        }),
    },
    {
      name: 'sessions',
      render: (text) =>
        sessions(text, {
          frame,
          action: '/account/sessions',
          csrf,
          hasJustEnded: true,
          sessions: [
            {
              id: taint('s1'),
              browser: taint('Chrome'),
              system: taint('Android'),
              startedAt: leapDay - 30 * HOUR,
              lastSeenAt: leapDay,
              isThisOne: true,
              services: [beheshti, sharif],
            },
            {
              id: taint('s2'),
              browser: taint('Firefox'),
              system: taint('Windows'),
              startedAt: leapDay - 5 * HOUR,
              lastSeenAt: leapDay - 4 * HOUR,
              isThisOne: false,
              isSharedComputer: true,
              services: [library],
            },
            {
              id: taint('s3'),
              startedAt: leapDay - 90 * HOUR,
              lastSeenAt: leapDay - 80 * HOUR,
              isThisOne: false,
              services: [],
            },
          ],
        }),
    },
    {
      name: 'sessions-none',
      render: (text) => sessions(text, { frame, action: '/account/sessions', csrf, sessions: [] }),
    },
  ];
}

/** The query of a request comes back in the language switch; its path is ours. */
function taintPath(taint: (honest: string) => string, honest: string): string {
  const tainted = taint(honest);
  return tainted === honest ? honest : `${honest}&login_hint=${tainted.replaceAll(/[\s\\]/g, '')}`;
}
