import Router from '@koa/router';
import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { checkSameSite } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { languageOf } from '#platform/http/language.ts';
import { createSecretCookie, type SecretCookie } from '#platform/http/secret-cookie.ts';
import type { Log } from '#platform/log.ts';
import { CONSOLE_PATHS, CONSOLE_SECTOR } from '#protocol/console-client.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { Subjects } from '#relying-parties/subjects-store.ts';
import { consoleSignedOut, consoleSignInFailed } from '#views/console/sign-in.ts';
import type { ConsoleForms } from './console-forms.ts';
import type { ConsoleSessions } from './console-sessions.ts';
import type { LogoutToken } from './logout-token.ts';
import type { FindOperatorHere } from './operator-here.ts';
import { type createPendingSignIns, PENDING_LIVES } from './pending-sign-ins.ts';
import type { ConsoleRelyingParty } from './relying-party.ts';

export type ConsoleSignInNeeds = {
  issuer: string;
  relyingParty: ConsoleRelyingParty;
  pending: ReturnType<typeof createPendingSignIns>;
  sessions: ConsoleSessions;
  cookie: SecretCookie;
  checkLogoutToken(token: string): Promise<LogoutToken>;
  operatorHere: FindOperatorHere;
  forms: ConsoleForms;
  findSubject: Subjects['findCitizen'];
  findCitizen(id: string): Promise<Citizen | undefined>;
  frames: PageFrames;
  audit: Pick<AuditEvents, 'consoleEntered' | 'consoleLeft'>;
  log: Log;
};

/** In and out of the console, as a relying party of this provider. */
export function consoleSignInRoutes(needs: ConsoleSignInNeeds): Router {
  const { relyingParty, pending, sessions, cookie, frames, audit, log } = needs;
  const isSecure = needs.issuer.startsWith('https://');
  const entering = createSecretCookie({ name: 'panjereh_console_entering', isSecure, livesMs: PENDING_LIVES });

  return new Router()
    .get(CONSOLE_PATHS.enter, enter)
    .get(CONSOLE_PATHS.arrive, arrive)
    .post(CONSOLE_PATHS.signOut, signOut)
    .get(CONSOLE_PATHS.signedOut, signedOut)
    .post(CONSOLE_PATHS.backChannelLogout, hearOfLogout);

  async function enter(ctx: Context): Promise<void> {
    const begun = await relyingParty.begin({ target: targetOf(ctx.query.to), uiLocales: languageOf(ctx) });
    await pending.keep(entering.give(ctx), begun.pending);
    ctx.status = 303;
    ctx.redirect(begun.href);
  }

  async function arrive(ctx: Context): Promise<void> {
    const secret = entering.read(ctx);
    entering.takeBack(ctx);
    const expected = secret === undefined ? undefined : await pending.take(secret);
    if (expected === undefined) return failed(ctx, 'not-begun-here');
    const error = ctx.query.error;
    if (error === 'unmet_authentication_requirements') return failed(ctx, 'no-passkey');
    if (error === 'access_denied') return failed(ctx, 'stopped');
    const who = await relyingParty
      .finish(new URLSearchParams(ctx.querystring), expected)
      .catch((cause: unknown) => void log.warn({ err: cause }, 'a sign-in to the console was refused'));
    if (who === undefined) return failed(ctx, 'refused');
    const citizenId = await needs.findSubject({ sector: CONSOLE_SECTOR, subject: who.subject });
    if (citizenId === undefined) return failed(ctx, 'refused');
    const began = await sessions.begin({ citizenId, subject: who.subject, sid: who.sid });
    if (began === undefined) return failed(ctx, 'refused');
    await audit.consoleEntered({ citizenId });
    cookie.set(ctx, began);
    ctx.status = 303;
    ctx.redirect(targetOf(expected.target));
  }

  /** The console's session ends at once; whether that of the provider ends, too, is asked there. */
  async function signOut(ctx: Context): Promise<void> {
    const form = await readForm(ctx);
    const here = await needs.operatorHere(ctx);
    const secret = cookie.read(ctx);
    if (here !== undefined && secret !== undefined) {
      needs.forms.check(ctx, here, form.text('csrf'));
      await sessions.end(secret);
      await audit.consoleLeft({ citizenId: here.citizenId, by: 'operator' });
    } else {
      checkSameSite(ctx, new URL(needs.issuer).origin);
    }
    cookie.takeBack(ctx);
    ctx.status = 303;
    ctx.redirect(relyingParty.signOutHref({ uiLocales: languageOf(ctx) }));
  }

  async function signedOut(ctx: Context): Promise<void> {
    const { text, frame } = frames.of(ctx);
    sendPage(ctx, consoleSignedOut(text, { frame, againHref: CONSOLE_PATHS.home }));
  }

  /** OpenID Connect Back-Channel Logout 1.0 section 2.5. It is the provider that calls, so there is no page and no cookie. */
  async function hearOfLogout(ctx: Context): Promise<void> {
    const form = await readForm(ctx);
    const token = await needs.checkLogoutToken(form.text('logout_token'));
    if (token.outcome === 'keys-unavailable') {
      ctx.status = 503;
      ctx.set('Retry-After', '5');
      ctx.body = { error: 'temporarily_unavailable' };
      return;
    }
    if (token.outcome === 'refused') {
      log.warn({ reason: token.reason }, 'the console refused a logout token');
      ctx.status = 400;
      ctx.body = { error: 'invalid_request', error_description: token.reason };
      return;
    }
    const citizenId =
      token.subject === undefined
        ? undefined
        : await needs.findSubject({ sector: CONSOLE_SECTOR, subject: token.subject });
    const ended = await sessions.endAll(token);
    if (ended > 0) await audit.consoleLeft({ citizenId, by: 'provider' });
    ctx.status = 200;
    ctx.body = '';
  }

  function failed(ctx: Context, why: Parameters<typeof consoleSignInFailed>[1]['why']): void {
    const { text, frame } = frames.of(ctx);
    const page = consoleSignInFailed(text, { frame, why, againHref: CONSOLE_PATHS.home });
    sendPage(ctx, page, { status: 403 });
  }
}

/** A page of the console, and nothing that a browser could read as another host. */
function targetOf(asked: unknown): string {
  const isWritten =
    typeof asked === 'string' && asked.length <= 1000 && /^\/console(?:[/?][\w\-./?=&%+~:]*)?$/.test(asked);
  // A browser resolves dots before it asks.
  const isOurs = isWritten && /^\/console(?:\/|$)/.test(URL.parse(asked, 'http://console.invalid')?.pathname ?? '');
  return isOurs ? asked : CONSOLE_PATHS.home;
}
