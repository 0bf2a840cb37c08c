import { z } from 'zod';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { CONTACT_ROLES, type ContactRole, type OrganisationContact } from './organisation.ts';

type Sealed = { role: ContactRole; sealed: string };

const person = z.object({ name: z.string(), email: z.string(), phone: z.string() });

/** Contacts are people: they rest sealed, each bound to its organisation and role, so that none can be moved to another. */
export function createContactVault(sealer: Sealer) {
  const place = (organisationId: string, role: ContactRole) => `organisation-contact:${organisationId}:${role}`;

  return {
    seal(organisationId: string, { role, name, email, phone }: OrganisationContact): Sealed {
      return { role, sealed: sealer.seal(JSON.stringify({ name, email, phone }), place(organisationId, role)) };
    },
    /** In the order of the roles. @throws SealBroken */
    openAll(organisationId: string, rows: readonly Sealed[]): OrganisationContact[] {
      return CONTACT_ROLES.flatMap((role) => rows.filter((row) => row.role === role)).map(({ role, sealed }) => ({
        role,
        ...person.parse(JSON.parse(sealer.unseal(sealed, place(organisationId, role)).toString())),
      }));
    },
  };
}
