import { hasBidiControls, normaliseDigits, normaliseLetters } from '#platform/persian-text.ts';
import {
  CONTACT_ROLES,
  ORGANISATION_KINDS,
  ORGANISATION_STAGES,
  type OrganisationContact,
  type OrganisationDraft,
  type OrganisationFault,
} from './organisation.ts';

type ReadOrganisation =
  | { outcome: 'read'; organisation: OrganisationDraft }
  | { outcome: 'refused'; faults: readonly OrganisationFault[] };

/** It begins the client ids and is the sector of pairwise subjects: never changed, never told apart by case. */
const ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** The longest official name that we know of has 94 characters. */
const LONGEST_NAME = 120;
/** RFC 5321 section 4.5.3.1: 64 before the at sign, 255 after it; 254 in all (section 4.5.3.1.3). */
const LONGEST_EMAIL = 254;
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
/** ITU-T E.164: at most 15 digits. */
const PHONE = /^\+[1-9]\d{7,14}$/;

/** One alphabet a language: a letter of a third one may look like ours and make another name of it. */
const LETTERS = {
  fa: /^[\p{Script=Arabic}\p{Script=Latin}\p{M}\p{N}\p{P} \u200c]+$/u,
  en: /^[\p{Script=Latin}\p{M}\p{N}\p{P} ]+$/u,
} as const;

/** What a form, a file or a program hands in, in its canonical form, or everything that is wrong with it. */
export function readOrganisation(draft: OrganisationDraft): ReadOrganisation {
  const organisation: OrganisationDraft = {
    ...draft,
    id: normaliseDigits(draft.id).trim(),
    name: { fa: normaliseLetters(oneLine(draft.name.fa)), en: oneLine(draft.name.en) },
    parent: draft.parent === undefined ? undefined : normaliseDigits(draft.parent).trim(),
    contacts: draft.contacts?.map(readContact),
  };
  const faults = [...listOwnFaults(organisation), ...(organisation.contacts ?? []).flatMap(listContactFaults)];
  return faults.length > 0 ? { outcome: 'refused', faults } : { outcome: 'read', organisation };
}

function listOwnFaults({ id, name, kind, stage, parent }: OrganisationDraft): OrganisationFault[] {
  const isOneOf = (all: readonly string[], value: string) => all.includes(value);
  return [
    fault('id', !ID.test(id) && 'not-an-id'),
    fault('name_fa', nameFault('fa', name.fa)),
    fault('name_en', nameFault('en', name.en)),
    fault('kind', !isOneOf(ORGANISATION_KINDS, kind) && 'unknown'),
    fault('stage', !isOneOf(ORGANISATION_STAGES, stage) && 'unknown'),
    fault('parent', parent !== undefined && (parent === id ? 'itself' : !ID.test(parent) && 'not-an-id')),
  ].flat();
}

function nameFault(language: keyof typeof LETTERS, name: string): string | false {
  if (name === '') return 'missing';
  if (name.length > LONGEST_NAME) return 'too-long';
  if (hasBidiControls(name)) return 'direction-controls';
  return !LETTERS[language].test(name) && 'letters-of-another-alphabet';
}

function readContact({ role, name, email, phone }: OrganisationContact): OrganisationContact {
  return { role, name: oneLine(name), email: normaliseDigits(email).trim(), phone: readPhone(phone) };
}

function listContactFaults({ role, name, email, phone }: OrganisationContact): OrganisationFault[] {
  const isNameGood = name !== '' && name.length <= LONGEST_NAME && !hasBidiControls(name) && LETTERS.fa.test(name);
  return [
    fault('contact_role', !CONTACT_ROLES.includes(role) && 'unknown'),
    fault(`${role}_name`, !isNameGood && (name === '' ? 'missing' : 'not-a-name')),
    fault(`${role}_email`, (email.length > LONGEST_EMAIL || !EMAIL.test(email)) && 'not-an-email'),
    fault(`${role}_phone`, !PHONE.test(phone) && 'not-a-phone'),
  ].flat();
}

/** Typed with a country code or without, with spaces and hyphens, in whichever digits. */
function readPhone(typed: string): string {
  const digits = normaliseDigits(typed).replace(/[\s()./\u200c-]/g, '');
  return digits.replace(/^00/, '+').replace(/^0/, '+98');
}

function oneLine(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function fault(path: string, reason: string | false): OrganisationFault[] {
  return reason === false ? [] : [{ path, reason }];
}
