import type { Seen } from './acceptance-issuer.ts';
import type { Look, Shown } from './case.ts';
import { redactedAddress } from './redacted-address.ts';
import type { Arrival, Visitor } from './visitor.ts';

/** What a visitor gets who asks for the page that only a signed-in person sees. */
type Appearance = { kind: 'page'; status: number; at: string; text: string } | { kind: 'sent-to-sign-in' } | Failing;
type Failing = { kind: 'unreachable'; reason: string };

/** How open and closed are told apart at this relying party. */
type Learned = {
  status: number;
  at: string;
  /** Whether the page has to name the one who signed in, because the closed one lies at the same address with the same status. */
  byName: boolean;
  shows: Shown;
};

type Citizen = Seen['citizen'];

/** Knows the page before anybody signed in, learns from the first look afterwards, and tells open from closed by that. */
export type Eyes = {
  judge(appearance: Appearance, citizen: Citizen): Look;
  /** What the honest page has shown. */
  readonly shows: Shown;
};

export function createEyes(before: Appearance): Eyes {
  let learned: Learned | undefined;
  let hasLooked = false;
  return {
    judge(appearance, citizen) {
      if (!hasLooked) learned = learn({ before, after: appearance }, citizen);
      hasLooked = true;
      if (learned !== undefined) return judgeLook(appearance, { learned, citizen });
      return appearance.kind === 'unreachable' ? appearance : { kind: 'closed' };
    },
    get shows() {
      return learned?.shows ?? 'nobody';
    },
  };
}

export async function appearanceOf(visitor: Visitor, signedInUrl: string): Promise<Appearance> {
  // Whoever is sent to the issuer is not signed in; going there would sign them in.
  const arrival = await visitor.open(
    { url: new URL(signedInUrl) },
    { holdBefore: (place) => place === 'acceptance-issuer' },
  );
  return read(arrival);
}

function read(arrival: Arrival): Appearance {
  switch (arrival.outcome) {
    case 'page':
      return {
        kind: 'page',
        status: arrival.status,
        at: redactedAddress(arrival.url).split('?')[0] ?? '',
        text: arrival.text,
      };
    case 'held':
    // A closed page may as well send people to another server of theirs that knows how to sign in.
    case 'elsewhere':
      return { kind: 'sent-to-sign-in' };
    case 'unreachable':
      return { kind: 'unreachable', reason: arrival.reason };
  }
}

/** Undefined when the page looks the same before and after the honest sign-in: then nothing can be told from it. */
function learn({ before, after }: { before: Appearance; after: Appearance }, citizen: Citizen): Learned | undefined {
  if (after.kind !== 'page' || after.status >= 400) return undefined;
  const { status, at } = after;
  const shows = shownBy(after.text, citizen);
  const isSame = before.kind === 'page' && before.status === status && before.at === at;
  if (isSame && (shows !== 'own' || shownBy(before.text, citizen) === 'own')) return undefined;
  return { status, at, byName: isSame, shows };
}

function judgeLook(appearance: Appearance, { learned, citizen }: { learned: Learned; citizen: Citizen }): Look {
  if (appearance.kind === 'unreachable') return appearance;
  if (appearance.kind === 'sent-to-sign-in') return { kind: 'closed' };
  const shows = shownBy(appearance.text, citizen);
  const isThere = appearance.status === learned.status && appearance.at === learned.at;
  if (isThere && (!learned.byName || shows !== 'nobody')) return { kind: 'open', shows };
  // Whatever page it is: one that greets the person has let them in.
  if (appearance.status < 400 && shows === 'own' && learned.shows === 'own') return { kind: 'open', shows };
  return appearance.status >= 500 ? { kind: 'error', status: appearance.status } : { kind: 'closed' };
}

function shownBy(text: string, citizen: Citizen): Shown {
  if (citizen === undefined) return 'nobody';
  // Not the given name, which is a word that pages use.
  const { subject, familyName, familyNameLatin, strangers } = citizen;
  if (strangers.some((name) => text.includes(name))) return 'stranger';
  return [subject, familyName, familyNameLatin].some((mark) => mark !== undefined && text.includes(mark))
    ? 'own'
    : 'nobody';
}
