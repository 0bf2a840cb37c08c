import { createHash, randomBytes } from 'node:crypto';
import type { Ignores } from './flaws.ts';
import { readIdToken } from './id-token.ts';
import type { CarelessSettings } from './settings.ts';
import type { Claims, Keys } from './token-signature.ts';

export type Pending = { browser: string; state: string; nonce: string; verifier: string; returnTo: string };
export type SignedIn = { sub: unknown; sid: unknown; name: string };

type Metadata = Record<'authorization_endpoint' | 'token_endpoint' | 'userinfo_endpoint' | 'jwks_uri', string>;
type Needs = { settings: Omit<CarelessSettings, 'flaws'>; ignores: Ignores; now: () => number };

/** The protocol by hand. */
export function createProtocol({ settings, ignores, now }: Needs) {
  const { issuer, clientId, clientSecret, url, acr } = settings;
  const read = async <Answer>(address: string, options?: RequestInit): Promise<Answer> => {
    const response = await fetch(address, { redirect: 'error', ...options });
    if (!response.ok) throw new Error(`the provider answered ${response.status}`);
    return (await response.json()) as Answer;
  };
  let found: Promise<Metadata> | undefined;
  const discover = () => {
    found ??= read<Metadata>(`${issuer}/.well-known/openid-configuration`);
    found.catch(() => {
      found = undefined;
    });
    return found;
  };
  const listAt = async (address: string) => (await read<{ keys: [] }>(address)).keys;
  const keys: Keys = { clientSecret, listAt, list: async () => listAt((await discover()).jwks_uri) };

  return {
    keys,

    async addressOf({ state, nonce, verifier }: Pending): Promise<string> {
      const address = new URL((await discover()).authorization_endpoint);
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      address.search = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid profile',
        redirect_uri: `${url}/callback`,
        state,
        nonce,
        acr_values: acr,
        ...(sendsChallenge() && { code_challenge: challenge, code_challenge_method: 'S256' }),
      }).toString();
      return address.href;
    },

    async finish({ nonce, verifier }: Pending, code: string): Promise<SignedIn | { refused: string }> {
      const { token_endpoint, userinfo_endpoint } = await discover();
      const tokens = await read<{ id_token: string; access_token: string }>(token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: `${url}/callback`,
          ...(sendsChallenge() && { code_verifier: verifier }),
        }),
      });
      const expected = { issuer, clientId, nonce, acr, now };
      const checked = await readIdToken(tokens.id_token, expected, { keys, ignores });
      if ('refused' in checked) return checked;
      const { sub, sid } = checked.claims;
      const userinfo = await read<Claims>(userinfo_endpoint, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      // Whoever takes a token without a subject has nothing to compare with.
      if (userinfo.sub !== sub && sub !== undefined && !ignores('userinfo-subject')) return { refused: 'userinfo' };
      return { sub, sid, name: `${userinfo.given_name ?? ''} ${userinfo.family_name ?? ''}` };
    },
  };

  function sendsChallenge(): boolean {
    return !ignores('pkce') && !ignores('code-binding');
  }
}

/** As long as a PKCE verifier has to be at least (RFC 7636 section 4.1). */
export function random(): string {
  return randomBytes(32).toString('base64url');
}
