import { AGREEABLE_ACR, AGREEABLE_IDENTITY } from './agreed-demands.ts';
import type { MetadataFault } from './client-metadata.ts';
import type { RelyingParty, RelyingPartyDraft } from './relying-party.ts';

/** RFC 7518 section 3.2 wants as many key bits as HS256 has: 32 bytes. */
const MIN_SECRET_LENGTH = 32;
const MAX_NAME_LENGTH = 120;

/** RFC 6749 appendix A.1 allows more; this is safe in every URL, header, log and file name. */
const CLIENT_ID = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/;
/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/;
/** Bidi controls would show a name as another (U+202A–202E, U+2066–2069); control characters have no place in one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Everything about a draft except its metadata. */
export function listRegistrationFaults(draft: RelyingPartyDraft, before: RelyingParty | undefined): MetadataFault[] {
  const faults = listNameFaults(draft, { isNew: false });
  // The organisation is the sector of pairwise subjects: another one would make strangers of all its citizens.
  if (before !== undefined && before.organisationId !== draft.organisationId)
    faults.push({ path: 'organisation_id', reason: 'may-not-change' });
  if (draft.clientSecret !== undefined && !isSecret(draft.clientSecret))
    faults.push({ path: 'client_secret', reason: 'too-weak' });
  return [...faults, ...listAgreementFaults(draft.agreement)];
}

/** The id and the names that people read. Ids that begin with our own name are ours: the front door, the console. */
export function listNameFaults(
  { clientId, name }: Pick<RelyingPartyDraft, 'clientId' | 'name'>,
  { isNew }: { isNew: boolean },
): MetadataFault[] {
  const faults: MetadataFault[] = [];
  if (!CLIENT_ID.test(clientId)) faults.push({ path: 'client_id', reason: 'not-a-client-id' });
  if (isNew && clientId.startsWith('panjereh')) faults.push({ path: 'client_id', reason: 'reserved' });
  for (const language of ['fa', 'en'] as const) {
    if (!isShowable(name[language])) faults.push({ path: `name.${language}`, reason: 'not-a-name' });
  }
  return faults;
}

function listAgreementFaults(agreement: RelyingPartyDraft['agreement']): MetadataFault[] {
  const faults: MetadataFault[] = [];
  if (!agreement.scopes.every((scope) => SCOPE.test(scope)))
    faults.push({ path: 'agreement.scopes', reason: 'not-a-scope' });
  if (!agreement.claims.every(({ purpose }) => isShowable(purpose.fa) && isShowable(purpose.en))) {
    faults.push({ path: 'agreement.claims', reason: 'purpose-missing' });
  }
  const { leastAcr, leastIdentity } = agreement;
  if (leastAcr !== undefined && !AGREEABLE_ACR.includes(leastAcr))
    faults.push({ path: 'agreement.least_acr', reason: 'not-a-level' });
  if (leastIdentity !== undefined && !AGREEABLE_IDENTITY.includes(leastIdentity))
    faults.push({ path: 'agreement.least_identity', reason: 'not-a-level' });
  return faults;
}

export function isShowable(text: string): boolean {
  return text.trim() !== '' && text.length <= MAX_NAME_LENGTH && !DECEIVING.test(text);
}

function isSecret(secret: string): boolean {
  return secret.length >= MIN_SECRET_LENGTH && /^[\x21-\x7e]+$/.test(secret);
}
