import type { BothLanguages } from './relying-party.ts';

/** As the ministry counts them. Medical universities have a ministry of their own and come as `state`. */
export const ORGANISATION_KINDS = [
  'state',
  'non-state',
  'payam-e-noor-and-other',
  'subordinate-body',
  'agency',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** The way to being connected, as the board tells it. */
export const ORGANISATION_STAGES = [
  'not-begun',
  'requested',
  'in-technical-process',
  'accepted',
  'connected',
  'suspended',
] as const;
export type OrganisationStage = (typeof ORGANISATION_STAGES)[number];

/**
 * From where to where an organisation may go; what is not here cannot happen. A request that is taken back or refused
 * begins anew. Who was suspended goes through the technical process again, or is let back when it was an error.
 */
export const STAGE_MOVES: Readonly<Record<OrganisationStage, readonly OrganisationStage[]>> = {
  'not-begun': ['requested'],
  requested: ['in-technical-process', 'not-begun'],
  'in-technical-process': ['accepted', 'connected', 'not-begun', 'suspended'],
  accepted: ['connected', 'in-technical-process', 'suspended'],
  connected: ['suspended'],
  suspended: ['in-technical-process', 'connected'],
};

export const CONTACT_ROLES = ['technical', 'security', 'legal'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

/** A person at the organisation: personal data, kept sealed. */
export type OrganisationContact = {
  role: ContactRole;
  name: string;
  email: string;
  /** As E.164, such as +982161111111. */
  phone: string;
};

/** `dns` speaks for the domain and everything below it, `file` for that one host name. */
export type ProofMethod = 'dns' | 'file';

/** Milliseconds since 1970. */
export type OrganisationDomain = {
  /** Canonical: lower case, ASCII, such as `sharif.ac.ir`. */
  domain: string;
  /** Absent while it is only claimed. */
  provenAt?: number | undefined;
  method?: ProofMethod | undefined;
  /** Since then the proof was no longer found where it was; it ends when that lasts. */
  failingSince?: number | undefined;
};

/** What lists show of an organisation. Its id is the sector of the pairwise subjects of all its relying parties. */
export type ListedOrganisation = {
  id: string;
  name: BothLanguages;
  kind: OrganisationKind;
  stage: OrganisationStage;
  /** The organisation that this one belongs to. */
  parent?: string | undefined;
};

/** A university, institution or agency. */
export type Organisation = ListedOrganisation & {
  domains: readonly OrganisationDomain[];
  contacts: readonly OrganisationContact[];
};

/** What is handed in. Contacts that are named replace those of the same role; without them all stay. */
export type OrganisationDraft = ListedOrganisation & { contacts?: readonly OrganisationContact[] | undefined };

/** How an organisation came to a stage. */
export type StageChange = {
  /** Absent where it was entered at that stage. */
  from?: OrganisationStage | undefined;
  to: OrganisationStage;
  /** Milliseconds since 1970. */
  at: number;
  /** Citizen id of an operator, or `registry`. */
  by: string;
  why: string;
};

export type OrganisationFault = { path: string; reason: string };

export function mayMove({ from, to }: { from: OrganisationStage; to: OrganisationStage }): boolean {
  return STAGE_MOVES[from].includes(to);
}
