/** The front door, and the adoption board of a country on its way and of one in which every number is still too small. */
import type { InBothLanguages } from '#views/text/text.ts';
import { type Adoption, board } from '#views/window/board.ts';
import { home, SERVICE_KINDS, type ServiceKind } from '#views/window/home.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

export function windowSamples(parts: SampleParts): PageSample[] {
  return [...homeSamples(parts), ...boardSamples(parts)];
}

function homeSamples({ both, taint, frame }: SampleParts): PageSample[] {
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const service = (name: InBothLanguages, kind: ServiceKind, organisation: InBothLanguages | undefined = name) => ({
    ...{ name, kind, organisation },
    openHref: 'https://golestan.sbu.ac.ir/login',
  });
  const services = [
    service(both('سامانهٔ گلستان', 'Golestan'), 'state', beheshti),
    service(both('دانشگاه صنعتی شریف', 'Sharif University of Technology'), 'state'),
    service(both('دانشگاه تهران', 'University of Tehran'), 'state'),
    service(both('دانشگاه علوم پزشکی شیراز', 'Shiraz University of Medical Sciences'), 'non-state'),
    service(both('کتابخانهٔ ملی', 'National Library'), 'agency'),
  ];
  const whole = { ...{ frame, search: '', recent: [], services, found: services.length }, ...ONE_PAGE };
  const citizen = {
    name: both('مریم رضایی', 'Maryam Rezaei'),
    accountHref: '/account',
    signOutHref: '/logout',
  };
  const kinds = SERVICE_KINDS.map((kind) => ({ kind, href: `/?kind=${kind}` }));
  const many = { kinds, place: { page: 2, pages: 250 }, previousHref: '/', nextHref: '/?page=3', found: 10_000 };

  return [
    { name: 'home', render: (text) => home(text, { ...whole, signInHref: '/enter', enrolHref: '/enrol' }) },
    {
      name: 'home-empty',
      render: (text) =>
        home(text, { ...whole, signInHref: '/enter', search: taint('دانشگاه'), services: [], found: 0 }),
    },
    { name: 'home-signed-in', render: (text) => home(text, { ...whole, citizen, recent: services.slice(0, 2) }) },
    { name: 'home-many', render: (text) => home(text, { ...whole, ...many, citizen, kind: 'state' }) },
  ];
}

const ONE_PAGE = { kinds: [], everyKindHref: '/', place: { page: 1, pages: 1 } };
const DAY = 86_400_000;
const STAGES = ['not-begun', 'requested', 'in-technical-process', 'accepted', 'connected', 'suspended'] as const;
const FILES = { organisations: '/board/organisations.csv', days: '/board/days.csv' };

function boardSamples({ frame, noon }: SampleParts): PageSample[] {
  const stages = (numbers: readonly (number | undefined)[]) =>
    STAGES.map((stage, index) => ({ stage, organisations: numbers[index] }));
  const none = { stages: stages([]), total: undefined };
  const day = (index: number) => noon - (30 - index) * DAY;
  const nameOf = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tehran' }).format(at);
  const days = Array.from({ length: 30 }, (_none, index) => ({
    day: nameOf(day(index)),
    noon: day(index),
    signIns: index === 12 ? undefined : 410_000 + ((index * 7919) % 31) * 9_000 - (index % 7 === 5 ? 230_000 : 0),
    citizens: 21_400_000 + index * 18_350,
  }));
  const adoption: Adoption = {
    at: noon,
    least: 10,
    kinds: [
      { kind: 'state', stages: stages([undefined, undefined, 12, undefined, 136, undefined]), total: 159 },
      { kind: 'non-state', stages: stages([40, undefined, undefined, undefined, 85, undefined]), total: 148 },
      {
        kind: 'payam-e-noor-and-other',
        stages: stages([undefined, 30, undefined, undefined, undefined, undefined]),
        total: 63,
      },
      {
        kind: 'subordinate-body',
        stages: stages([undefined, undefined, undefined, undefined, 20, undefined]),
        total: undefined,
      },
      { kind: 'agency', ...none },
    ],
    all: { stages: stages([67, 50, 28, undefined, 258, undefined]), total: 414 },
    citizens: 21_950_500,
    days,
    signIns: undefined,
  };
  const small: Adoption = {
    ...adoption,
    kinds: adoption.kinds.map(({ kind }) => ({ kind, ...none })),
    all: none,
    citizens: undefined,
    days: days.map((each) => ({ ...each, signIns: undefined, citizens: undefined })),
  };
  return [
    { name: 'board', render: (text) => board(text, { frame, adoption, files: FILES }) },
    { name: 'board-small', render: (text) => board(text, { frame, adoption: small, files: FILES }) },
  ];
}
