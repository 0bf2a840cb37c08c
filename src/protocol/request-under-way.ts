import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { RequestUnderWay } from '#sessions/adapter.ts';

/** 200 characters tell a browser from another; a User-Agent may be of any length. */
const LONGEST_DEVICE = 200;

/** The request that the library is answering at this moment, as far as storage needs to know it. */
export const requestUnderWay: RequestUnderWay = {
  scope: context,
  clientId() {
    const clientId = context()?.query.client_id;
    return typeof clientId === 'string' && clientId.length <= 255 ? clientId : undefined;
  },
  hasMovedOnFrom(cookie) {
    const session = context()?.oidc.session;
    return session !== undefined && session.jti !== cookie;
  },
  signsInAt: () => context()?.oidc.session?.loginTs,
  device: () => (context()?.get('user-agent') ?? '').slice(0, LONGEST_DEVICE),
};

function context(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}
