import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Asker } from '#views/components.ts';

/** Who asks, and where one will be sent back to. An app has no host that would mean anything to a person. */
export function askerOf(relyingParty: RelyingParty | undefined, redirectUri: string | undefined): Asker | undefined {
  if (relyingParty === undefined) return undefined;
  const target = URL.parse(redirectUri ?? '');
  const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:';
  return { name: relyingParty.name, ...(isWeb ? { returnHost: target.host } : {}) };
}
