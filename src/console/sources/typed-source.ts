import type { Form } from '#platform/http/form.ts';
import type { StoredSource } from '#sources/claims-sources-store.ts';
import { SOURCE_ALGORITHMS, type SourceDraft } from '#sources/source.ts';
import type { TypedSourceShown } from '#views/console/sources/source.ts';
import { readTypedKeys } from '../relying-parties/typed-keys.ts';

type Drafted =
  | { outcome: 'drafted'; draft: SourceDraft }
  | { outcome: 'not-keys' }
  /** It is not sent back either: it has left its server. */
  | { outcome: 'private-key' };

/** As somebody typed it: what the page shows again, word for word, when something is wrong. */
export function readTypedSource(form: Pick<Form, 'text' | 'all'>): TypedSourceShown {
  const line = (name: string) => form.text(name).trim();
  return {
    issuer: line('issuer'),
    endpoint: line('endpoint'),
    claims: form.all('claims'),
    algorithm: line('algorithm'),
    keysFrom: form.text('keys_from') === 'jwks' ? 'jwks' : 'jwks_uri',
    jwksUri: line('jwks_uri'),
    jwks: form.text('jwks'),
    why: line('why'),
  };
}

/** What is registered, as if it had just been typed; an empty form where nothing is. */
export function typedSourceFrom(stored: StoredSource | undefined): TypedSourceShown {
  const keys = stored?.keys ?? { uri: '' };
  return {
    issuer: stored?.issuer ?? '',
    endpoint: stored?.endpoint ?? '',
    claims: stored?.claims ?? [],
    algorithm: stored?.alg ?? SOURCE_ALGORITHMS[0],
    keysFrom: 'uri' in keys ? 'jwks_uri' : 'jwks',
    jwksUri: 'uri' in keys ? keys.uri : '',
    jwks: 'uri' in keys ? '' : JSON.stringify(keys.set, undefined, 2),
    why: '',
  };
}

/** What the rules of the sources judge, as they judge a program's. */
export function draftSource(typed: TypedSourceShown, clientId: string): Drafted {
  const { issuer, endpoint, claims, algorithm: alg } = typed;
  const of = { clientId, issuer, endpoint, claims, alg, state: 'active' } as const;
  if (typed.keysFrom === 'jwks_uri') return { outcome: 'drafted', draft: { ...of, jwksUri: typed.jwksUri } };
  const read = readTypedKeys(typed.jwks);
  if (read.outcome !== 'keys') return read;
  const keys = read.jwks.keys.map((key): Record<string, unknown> => ({ ...key }));
  return { outcome: 'drafted', draft: { ...of, jwks: { keys } } };
}
