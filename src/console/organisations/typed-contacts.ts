import type { Form } from '#platform/http/form.ts';
import { CONTACT_ROLES, type OrganisationContact } from '#relying-parties/organisation.ts';

/** A contact whose three boxes are empty is not mentioned. */
export function typedContacts(form: Form): OrganisationContact[] {
  return CONTACT_ROLES.map((role) => ({
    role,
    name: form.text(`${role}_name`),
    email: form.text(`${role}_email`),
    phone: form.text(`${role}_phone`),
  })).filter(({ name, email, phone }) => `${name}${email}${phone}`.trim() !== '');
}
