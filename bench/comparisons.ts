import type { Operation } from './generate.ts';
import type { Visitor } from './workloads.ts';
import { clientCredentials, fetchDocument, introspect, refresh, ssoWith, userinfo } from './workloads.ts';

/** One line of the result: the same operation on both sides, and what our share of the yardstick's CPU may be. */
export type Comparison = {
  id: string;
  operation: string;
  ours: (visitor: Visitor) => Operation;
  bare: (visitor: Visitor) => Operation;
  /** Our CPU milliseconds per operation divided by the yardstick's, at most. */
  target: number;
};

/** The numbers are those of docs/benchmarks.md. */
export const comparisons: readonly Comparison[] = [
  alike('W1-es256', 'client credentials, JWT access token, ES256', 1.1, (visitor) =>
    clientCredentials(visitor, 'es256'),
  ),
  alike('W1-rs256', 'client credentials, JWT access token, RS256', 1.1, (visitor) =>
    clientCredentials(visitor, 'rs256'),
  ),
  alike('W2-rs256', 'single sign-on, RS256 on both sides', 0.9, ssoWith('rs256')),
  {
    id: 'W2-defaults',
    operation: 'single sign-on, each side’s default (ES256 ours, RS256 bare)',
    ours: ssoWith('es256'),
    bare: ssoWith('rs256'),
    target: 0.75,
  },
  alike('W4', 'refresh with rotation', 1.3, refresh),
  alike('W5', 'introspection', 1.3, introspect),
  alike('W6', 'userinfo', 1.2, userinfo),
  alike('W7-jwks', 'key set', 0.5, fetchDocument('/jwks', '"keys"')),
  alike('W7-discovery', 'discovery', 0.5, fetchDocument('/.well-known/openid-configuration', '"issuer"')),
];

function alike(id: string, operation: string, target: number, both: (visitor: Visitor) => Operation): Comparison {
  return { id, operation, ours: both, bare: both, target };
}
