import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { AuditEvents } from '#audit/events.ts';
import { referenceNumber } from '#platform/ids.ts';
import type { Log } from '#platform/log.ts';
import type { Metrics } from '#platform/metrics.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type ReleasedBy, releasedClaims } from './released-claims.ts';

/** What support and our log call this request; made when first asked for. */
export function referenceOf(ctx: Context | KoaContextWithOIDC): string {
  ctx.state.reference ??= referenceNumber();
  return String(ctx.state.reference);
}

type Needs = {
  audit: AuditEvents;
  log: Log;
  metrics: Metrics;
  findRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'agreementStanding'> | undefined>;
};
type ProtocolError = { message: string; error_description?: string | undefined; error_detail?: string | undefined };

/**
 * Turns what the library tells of itself into audit events, metrics and log lines. Nothing here is waited for: a
 * sign-in that needs no step of the citizen must not wait for PostgreSQL. The audit store commits within
 * milliseconds and logs what it could not keep.
 */
export function attachAuditTrail(provider: Provider, { audit, log, metrics, findRelyingParty }: Needs): void {
  const forget = (recording: Promise<void>) => void recording.catch(() => undefined);
  const about = ({ oidc }: KoaContextWithOIDC) => ({
    citizenId: oidc.session?.accountId ?? oidc.account?.accountId,
    clientId: oidc.client?.clientId,
  });
  /** What left, by which way, and on what it rests: a consent of the citizen, within this version of the agreement. */
  const noteRelease = async (who: ReturnType<typeof about>, { by, claims }: { by: ReleasedBy; claims: string[] }) => {
    const agreement = (await findRelyingParty(who.clientId ?? ''))?.agreementStanding?.version;
    await audit.claimsReleased({ ...who, claims: claims.join(' '), by, basis: 'consent', agreement });
  };
  const refused = (ctx: KoaContextWithOIDC, error: ProtocolError, endpoint: string) => {
    metrics.countProtocol({ endpoint, outcome: error.message, clientId: ctx.oidc?.client?.clientId });
    log.info(
      {
        reference: referenceOf(ctx),
        endpoint,
        error: error.message,
        detail: error.error_detail ?? error.error_description,
        clientId: ctx.oidc?.client?.clientId,
      },
      'refused',
    );
  };

  provider.on('authorization.success', (ctx) => {
    metrics.countProtocol({ endpoint: 'authorization', outcome: 'success', clientId: ctx.oidc.client?.clientId });
    forget(
      audit.authorizationGranted({
        ...about(ctx),
        scopes: String(ctx.oidc.params?.scope ?? ''),
        acr: String(ctx.oidc.acr ?? ''),
      }),
    );
  });
  provider.on('authorization.error', (ctx, error) => {
    refused(ctx, error, 'authorization');
    forget(audit.authorizationRefused({ ...about(ctx), reason: error.message, reference: referenceOf(ctx) }));
  });
  provider.on('grant.success', (ctx) => {
    metrics.countProtocol({ endpoint: 'token', outcome: 'success', clientId: ctx.oidc.client?.clientId });
    forget(
      audit.tokensIssued({
        ...about(ctx),
        grant: String(ctx.oidc.params?.grant_type),
        scopes: String(ctx.oidc.params?.scope ?? ctx.oidc.entities.AccessToken?.scope ?? ''),
      }),
    );
  });
  provider.on('grant.error', (ctx, error) => {
    refused(ctx, error, 'token');
    forget(audit.tokensRefused({ ...about(ctx), reason: error.message, reference: referenceOf(ctx) }));
  });
  provider.on('grant.revoked', (ctx) => forget(audit.grantRevoked(about(ctx))));
  provider.on('end_session.success', (ctx) => {
    const authorizations = ctx.oidc.session?.authorizations ?? {};
    forget(
      audit.sessionEnded({
        ...about(ctx),
        by: 'relying-party',
        relyingPartiesToTell: Object.keys(authorizations).length,
      }),
    );
  });
  provider.on('backchannel.error', (ctx, error, client) =>
    log.error(
      { err: error, clientId: client.clientId, reference: referenceOf(ctx) },
      'a sign-out could not be noted in the outbox',
    ),
  );
  for (const [event, endpoint] of Object.entries(OTHER_ERRORS)) {
    provider.on(event as 'userinfo.error', (ctx, error) => refused(ctx, error, endpoint));
  }
  provider.on('server_error', (ctx, error) => {
    metrics.countProtocol({
      endpoint: ctx.oidc?.route ?? 'unknown',
      outcome: 'server_error',
      clientId: ctx.oidc?.client?.clientId,
    });
    log.error({ err: error, reference: referenceOf(ctx), route: ctx.oidc?.route }, 'the provider failed');
  });

  provider.use(async (ctx, next) => {
    await next();
    const context = ctx as KoaContextWithOIDC;
    const released = releasedClaims(ctx);
    if (released === undefined) return;
    if (released.by === 'userinfo')
      metrics.countProtocol({ endpoint: 'userinfo', outcome: 'success', clientId: context.oidc.client?.clientId });
    forget(noteRelease(about(context), released));
  });
}

const OTHER_ERRORS = {
  'userinfo.error': 'userinfo',
  'introspection.error': 'introspection',
  'revocation.error': 'revocation',
  'pushed_authorization_request.error': 'par',
  'device_authorization.error': 'device-authorization',
  'code_verification.error': 'device',
  'device_resume.error': 'device',
  'end_session.error': 'logout',
  'end_session_confirm.error': 'logout',
} as const;
