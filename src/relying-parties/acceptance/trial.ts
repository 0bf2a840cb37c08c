import type { AcceptanceIssuer } from './acceptance-issuer.ts';
import type { Trial } from './case.ts';
import { appearanceOf, type Eyes } from './signed-in-page.ts';
import type { Subject } from './subject.ts';
import type { Visitor } from './visitor.ts';

type Needs = { subject: Subject; issuer: AcceptanceIssuer; eyes: Eyes; newVisitor(): Visitor };

/** What a case works with: the issuer, told what to do for this relying party, and browsers that begin where its people begin. */
export function createTrial({ subject, issuer, eyes, newVisitor }: Needs): Trial {
  const { clientId, startUrl, signedInUrl } = subject;
  return {
    spoil: (spoil) => issuer.spoil(clientId, spoil),
    seen: () => issuer.seen(clientId),
    newVisitor,
    signIn(visitor, { parameter, holdCallback = false } = {}) {
      const url = new URL(startUrl);
      if (parameter !== undefined) url.searchParams.set(parameter.name, parameter.value);
      return visitor.open(
        { url },
        { holdBefore: (place, from) => holdCallback && from === 'acceptance-issuer' && place === 'relying-party' },
      );
    },
    deliver: (visitor, callback) => visitor.open(callback),
    async lookAt(visitor) {
      const appearance = await appearanceOf(visitor, signedInUrl);
      const { citizen } = await issuer.seen(clientId);
      return eyes.judge(appearance, citizen);
    },
    get honestShows() {
      return eyes.shows;
    },
    relyingParty: subject,
    sendLogout: (spoil) => issuer.sendLogout(clientId, spoil),
  };
}
