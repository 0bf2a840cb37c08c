import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

/** What a browser posts, with a limit on every part: a signature or a key of a few hundred bytes, never a book. */

const part = (longest: number) => z.base64url().max(longest);
/** WebAuthn Level 3 section 4: a credential id has at most 1023 bytes. */
const id = part(1364).min(1);

const rest = {
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional().catch(undefined),
  clientExtensionResults: z.object({}).catch({}),
};

const registration = z.object({
  id,
  rawId: id,
  response: z.object({
    clientDataJSON: part(4_000),
    attestationObject: part(20_000),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional()
      .catch(undefined),
  }),
  ...rest,
});

const authentication = z.object({
  id,
  rawId: id,
  response: z.object({
    clientDataJSON: part(4_000),
    authenticatorData: part(4_000),
    signature: part(2_000),
    userHandle: part(100).optional(),
  }),
  ...rest,
});

export function readRegistration(response: unknown): RegistrationResponseJSON | undefined {
  const { data } = registration.safeParse(response);
  if (data === undefined) return undefined;
  const { clientDataJSON, attestationObject, transports } = data.response;
  return {
    ...basicsOf(data),
    response: { clientDataJSON, attestationObject, ...(transports !== undefined && { transports }) },
  };
}

export function readAuthentication(response: unknown): AuthenticationResponseJSON | undefined {
  const { data } = authentication.safeParse(response);
  if (data === undefined) return undefined;
  const { clientDataJSON, authenticatorData, signature, userHandle } = data.response;
  return {
    ...basicsOf(data),
    response: { clientDataJSON, authenticatorData, signature, ...(userHandle !== undefined && { userHandle }) },
  };
}

function basicsOf({ id, rawId, type }: { id: string; rawId: string; type: 'public-key' }) {
  return { id, rawId, type, clientExtensionResults: {} };
}
