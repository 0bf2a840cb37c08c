import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import type { FormError } from '#views/components.ts';
import type { Finding } from '#views/console/relying-parties/fields.ts';
import { reasonWords } from '#views/console/relying-parties/fields.ts';
import type { Text } from '#views/text/text.ts';
import { linesOf } from './registration-form.ts';
import type { TypedRegistration } from './typed-registration.ts';

/** Which field of the form a member of the registration was typed into. */
const FIELD_OF: Readonly<Record<string, string>> = {
  'name.fa': 'name_fa',
  'name.en': 'name_en',
  application_type: 'application',
  grant_types: 'application',
  token_endpoint_auth_method: 'proof',
  token_endpoint_auth_signing_alg: 'assertion_algorithm',
  id_token_signed_response_alg: 'id_token_algorithm',
  userinfo_signed_response_alg: 'userinfo_algorithm',
  default_acr_values: 'acr',
};

const FIELDS = [
  'redirect_uris',
  'post_logout_redirect_uris',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'cors_origins',
  'client_uri',
  'policy_uri',
  'jwks_uri',
  'jwks',
  'tested_as',
  'note',
];

type Told = { errors: FormError[]; findings: Record<string, Finding[]> };

/** The faults of the rules, each at the field that it came from, and at the line where the field has many. */
export function tellFaults(
  text: Text,
  { faults, typed }: { faults: readonly MetadataFault[]; typed: TypedRegistration },
): Told {
  const told: Told = { errors: [], findings: {} };
  for (const { path, reason } of faults) {
    const [member = '', index] = path.split('.');
    const field = FIELD_OF[path] ?? FIELD_OF[member] ?? (FIELDS.includes(member) ? member : undefined);
    const line = lineOf(typed, member, index);
    if (field !== undefined && line !== undefined) {
      const findings = told.findings[field] ?? [];
      told.findings[field] = [...findings, { value: line, reason }];
    }
    const isTold = told.errors.some((error) => error.field === field && field !== undefined);
    if (!isTold) told.errors.push({ ...(field !== undefined && { field }), message: reasonWords(text, reason) });
  }
  return told;
}

/** The line at fault, counted as the registration counts them: without the empty ones. */
function lineOf(typed: TypedRegistration, member: string, index: string | undefined): string | undefined {
  const fields: Readonly<Record<string, string>> = {
    redirect_uris: typed.redirectUris,
    post_logout_redirect_uris: typed.postLogoutRedirectUris,
    cors_origins: typed.corsOrigins,
  };
  const lines = fields[member];
  return lines === undefined || index === undefined ? undefined : linesOf(lines)[Number(index)];
}
