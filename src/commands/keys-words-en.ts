import { COOKIES } from '#signing-keys/states.ts';
import type { KeysWords } from './keys-words-fa.ts';

const moment = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tehran', dateStyle: 'full', timeStyle: 'short' });
const at = (time: number) => `${moment.format(time)} (Tehran)`;

const sureness: Record<string, string> = {
  address: ' (from its registered address)',
  'own-url': ' (by the URL it asked for, as anybody could)',
};

const promiseRefusals: Record<string, string> = {
  'unknown-relying-party': 'Refused: there is no relying party of that client id.',
  'longer-than-propagation':
    'Refused: keys are published for a shorter time than that before they sign. Raise PANJEREH_KEY_PROPAGATION_DAYS on every instance first.',
  'breaks-running-propagation':
    'Refused: the key that signs now was published less than that long ago, so this relying party may not have it. Run it again when that time has passed since its publication.',
  overtaken: 'Other instances were changing the ring at the same time; nothing was written. Run it again.',
};

const refusals: Record<string, string> = {
  'already-there': 'Nothing to do: this was done before.',
  'unknown-algorithm': 'This ring has no keys of that algorithm, or this provider does not know it.',
  overtaken: 'Other instances were changing the ring at the same time; nothing was written. Run it again.',
  'unknown-key': 'There is no key of that kid in this ring. See status for the kids.',
  'already-revoked': 'This key was revoked before.',
  'not-requested': 'Nobody has asked to revoke this key; a request is void after a day. Run revoke first.',
};

export const keysWordsEn: KeysWords = {
  cookieStandbyTravelling: (it) =>
    `  The standby is ${it.kid}, but until ${at(it.from)} some instance may not know it yet.`,
  cookiesSigned: (it) => `Cookies: the key ${it.kid} signs them, since ${at(it.since)}.`,
  cookieStandby: (it) => `  The standby is ${it.kid}; every instance has known it since ${at(it.since)}.`,
  cookieRevocation: () =>
    '  A revocation now: everybody whose sign-in was signed by this key signs in again; tokens and new sign-ins go on.',
  cookiesRetiring: (it) =>
    `Cookies: the key ${it.kid} signs no more, and knows the cookies it signed until ${at(it.leavesAt)}.`,
  exposureOf: (it) =>
    [
      `${it.alg} ${it.kid}`,
      it.appearedAt === undefined ? '  It was never published; nobody has it.' : `  Published on ${at(it.appearedAt)}.`,
      ...(it.leftAt === undefined ? [] : [`  ${it.state === 'REVOKED' ? 'Revoked' : 'Archived'} on ${at(it.leftAt)}.`]),
    ].join('\n'),
  lacksKey: (it) =>
    it.lastFetchAt === undefined
      ? `  ${it.title}: no fetch of it was ever seen.`
      : `  ${it.title}: has not fetched this key yet; its last fetch was on ${at(it.lastFetchAt)}.`,
  hasKey: (it) => `  ${it.title}: has it since ${at(it.hasItSince)}${sureness[it.knownBy] ?? ''}.`,
  mayTrust: (it) =>
    `  ${it.title}: may still trust it, until ${at(it.trustsUntil)} at the latest; ${it.lastFetchAt === undefined ? 'no fetch of it was ever seen' : `its last fetch was on ${at(it.lastFetchAt)}`}.`,
  letGo: (it) =>
    `  ${it.title}: has let go of it${it.lastFetchAt === undefined ? '' : `; its last fetch was on ${at(it.lastFetchAt)}`}.`,
  unnamedFetches: (it) =>
    `  Nobody known: ${it.fetches} times with ${it.userAgent} from ${it.network}, lastly on ${at(it.lastSeen)}.`,
  moreUnnamed: (count) => `  And ${count} more groups that nobody is named for; --json has all of them.`,
  nothingToExpose: () => 'There is no key of that kid. See status for the kids.',
  promised: (it) =>
    `Done: ${it.clientId} may keep our keys for ${it.hours} h. The windows of the keys take it into account from now on.`,
  wouldPromise: (it) =>
    `A dry run; nothing was written. ${it.clientId} could be told to keep our keys for ${it.hours} h.`,
  promiseRefused: (reason) => promiseRefusals[reason] ?? `Refused: ${reason}`,
  wouldMakeMasterKey: (it) => `A dry run; the file ${it.name}.key would be made.`,
  signs: (it) => `${it.alg}: the key ${it.kid} signs, since ${at(it.since)}.`,
  nobodySigns: (it) => `${it.alg}: nothing is signed with it yet.`,
  standbyEverywhere: (it) => `  The standby is ${it.kid}; every relying party has had it since ${at(it.since)}.`,
  standbyTravelling: (it) =>
    `  The standby is ${it.kid}, but until ${at(it.from)} some relying party may not have it yet.`,
  noStandby: () => '  There is no standby; the next check publishes one.',
  nextRotation: (it) => `  Next: on ${at(it.at)} the key ${it.kid} takes over signing, by itself.`,
  lateRotation: (it) =>
    `  Late: the key ${it.kid} should have taken over on ${at(it.at)}, ${it.hours} h ago. It will in the next working hour in which an instance is up.`,
  seamlessRevocation: (it) =>
    `  A revocation now: the standby takes over at once and no new sign-in is refused. Tokens of the last ${it.minutes} minutes stop being accepted. A relying party that cached our keys may trust the revoked one until ${at(it.until)} at the latest.`,
  costlyRevocation: (it) =>
    `  A revocation now: relying parties that do not fetch again on an unknown kid may refuse sign-ins until ${at(it.refusedUntil)}. Tokens of the last ${it.minutes} minutes stop being accepted. The revoked key may be trusted until ${at(it.until)} at the latest.`,
  retiring: (it) =>
    `${it.alg}: the key ${it.kid} signs no more, and stays published until ${at(it.leavesAt)} for the tokens it signed.`,
  revoked: (it) => `${it.alg}: the key ${it.kid} was revoked on ${at(it.at)}: ${it.reason}`,
  openRequest: (it) =>
    `"${it.person}" asks to revoke ${it.kid} (${it.reason}); a second person has to agree: npm run keys -- approve ${it.kid} --by NAME`,
  frozen: (it) => `No planned rotation until ${at(it.until)}: ${it.reason}`,
  rehearsal: () => 'A dry run; nothing was written. New keys will have another kid in the real run:',
  done: (it) => `Done; the ring is at epoch ${it.epoch}.`,
  step: (it) =>
    `  ${it.alg} ${it.kid}: ${(it.alg === COOKIES ? ofCookies[it.became] : undefined) ?? became[it.became] ?? it.became}`,
  requested: (it) =>
    `The request is noted. The key is still valid. A second person has to agree within a day: npm run keys -- approve ${it.kid} --by NAME`,
  alreadyRequested: (it) =>
    `"${it.person}" has asked for this before. You are the second person: npm run keys -- approve ${it.kid} --by NAME`,
  samePerson: (it) => `The request is from "${it.person}"; somebody else has to agree.`,
  standbyNotEverywhere: (it) =>
    `Refused: until ${at(it.from)} some relying party may not have the standby ${it.kid}. If the present key has leaked, revoke is the way.`,
  inFreeze: (it) =>
    `Refused: no rotation until ${at(it.until)} (${it.reason}). To do it all the same: --despite-freeze`,
  refused: (outcome) => refusals[outcome] ?? `Refused: ${outcome}`,
  sound: (count) => `All ${count} keys are sound: the private halves opened and signed, and the signatures were right.`,
  unsound: () => 'This is not right, and nothing is signed with it:',
  rewrapped: (it) =>
    `${it.rewrapped} data keys were sealed anew under the master key ${it.masterKeyId}, and ${it.verified} were read back. Keep the older master keys apart for as long as you keep backups from before.`,
  wouldRewrap: (it) => `Every data key would be sealed anew under the master key ${it.masterKeyId}.`,
  renewalWaits: (it) =>
    `The new key is there. Every instance takes it up; sealing anew begins on ${at(it.until)}. If this is stopped, run it again.`,
  renewed: (it) =>
    `${it.resealed} values were sealed anew under the data key ${it.keyId}. From ${at(it.mayForgetAt)} on, throw the older key away: npm run keys -- forget-citizens-keys`,
  wouldRenew: (it) =>
    it.isUnderWay
      ? 'A dry run; nothing was written. What was begun before would go on.'
      : 'A dry run; nothing was written. Another data key would be made, and what is known of citizens sealed anew under it.',
  forgotten: (it) =>
    `The older data keys (${it.keyIds.join(', ')}) were thrown away, and open nothing in the database any more. They open backups from before: destroy those.`,
  wouldForget: (it) =>
    it.isUnderWay
      ? 'A dry run; nothing was written. The older data keys of citizens would be thrown away.'
      : 'There is no older data key of citizens.',
  nothingOlder: () => 'There is no older data key of citizens. First: npm run keys -- renew-citizens-key',
  forgetTooSoon: (it) => `Refused: codes and numbers on their way may need the older key until ${at(it.mayForgetAt)}.`,
  olderStillUsed: () =>
    'Refused: something is still being sealed under the older key; an instance does not know the new one. See that every instance is of this version and that its clock is right.',
  newMasterKey: (it) =>
    `${it.path} was made. Back it up apart from the database, bring it to every instance, restart them, and then: npm run keys -- rewrap`,
};

const ofCookies: Record<string, string> = {
  published: 'known to every instance; a standby',
  activated: 'signs cookies',
  retired: 'signs no more; it knows the cookies it signed until they are over',
  archived: 'knows no cookie any more; erased',
  revoked: 'revoked; its cookies are refused',
};

const became: Record<string, string> = {
  staged: 'made and sealed; not published yet',
  published: 'published; a standby',
  activated: 'signs',
  retired: 'signs no more; its private half is erased',
  archived: 'no longer published',
  revoked: 'revoked; its private half is erased',
};
