import { type ErrorOut, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { formTargetOf } from '#platform/http/security-headers.ts';
import type { LogoutState } from '#relying-parties/logout-states-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { deviceConfirm } from '#views/device/confirm.ts';
import { deviceDone } from '#views/device/done.ts';
import { enterCode, type UserCodeError } from '#views/device/enter-code.ts';
import { error as errorPage } from '#views/error.ts';
import { expired } from '#views/sign-in/expired.ts';
import { signOutConfirm } from '#views/sign-out/confirm.ts';
import { signOutDone } from '#views/sign-out/done.ts';
import { referenceOf } from './audit-trail.ts';
import { type PageFrames, sendPage } from './page-frame.ts';
import { TooManyUserCodes } from './user-code-guesses.ts';

type Needs = {
  frames: PageFrames;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** What came of the last sign-out of this browser; nothing where that cannot be told. */
  listSignedOut?(ctx: KoaContextWithOIDC): Promise<readonly LogoutState[]>;
};

/** The page of a sign-out that is still under way comes again by itself, without script: slow enough to be read. */
const LOOK_AGAIN_SECONDS = '15';

export type ProviderPages = ReturnType<typeof createProviderPages>;

/** The pages that the library asks for in the middle of its own steps. */
export function createProviderPages({ frames, findRelyingParty, listSignedOut = async () => [] }: Needs) {
  const localesOf = (ctx: KoaContextWithOIDC) =>
    typeof ctx.oidc?.params?.ui_locales === 'string' ? ctx.oidc.params.ui_locales : undefined;
  const nameOf = async (clientId: string | undefined) =>
    clientId === undefined ? undefined : (await findRelyingParty(clientId))?.name;
  const secretOf = (ctx: KoaContextWithOIDC) =>
    String((ctx.oidc.session?.state as { secret?: string } | undefined)?.secret ?? '');

  return {
    logout: {
      async logoutSource(ctx: KoaContextWithOIDC) {
        const { text, frame } = frames.of(ctx, localesOf(ctx));
        const from = ctx.oidc.client?.clientId;
        const others = Object.keys(ctx.oidc.session?.authorizations ?? {}).filter((clientId) => clientId !== from);
        const services = (await Promise.all(others.map(nameOf))).filter((name) => name !== undefined);
        const target = formTargetOf(String(ctx.oidc.params?.post_logout_redirect_uri ?? ''));
        const page = signOutConfirm(text, {
          frame,
          action: '/logout/confirm',
          hidden: [{ name: 'xsrf', value: secretOf(ctx) }],
          from: await nameOf(from),
          services,
          otherwise: from === undefined ? 'stay-signed-in' : 'only-this-service',
        });
        sendPage(ctx, page, { formTargets: target === undefined ? [] : [target] });
      },
      async postLogoutSuccessSource(ctx: KoaContextWithOIDC) {
        const { text, frame } = frames.of(ctx, localesOf(ctx));
        const onlyFrom = await nameOf(ctx.oidc.client?.clientId);
        const states = onlyFrom === undefined ? await listSignedOut(ctx) : [];
        if (states.some(({ state }) => state === 'trying')) ctx.set('Refresh', LOOK_AGAIN_SECONDS);
        const services = await Promise.all(
          states.map(async (of) => ({
            ...of,
            name: (await nameOf(of.clientId)) ?? { fa: of.clientId, en: of.clientId },
          })),
        );
        sendPage(ctx, signOutDone(text, { frame, onlyFrom, services }));
      },
    },

    device: {
      async userCodeInputSource(
        ctx: KoaContextWithOIDC,
        _form: string,
        _out?: ErrorOut,
        error?: { name: string; userCode?: string },
      ) {
        const { text, frame } = frames.of(ctx);
        if (error !== undefined && isNeverStored(ctx)) {
          return sendPage(ctx, expired(text, { frame }), { status: 400 });
        }
        const page =
          error?.name === 'AbortedError'
            ? deviceDone(text, { frame, outcome: 'refused' })
            : enterCode(text, {
                frame,
                action: '/device',
                hidden: [{ name: 'xsrf', value: secretOf(ctx) }],
                userCode: error?.userCode,
                error: error === undefined ? undefined : (USER_CODE_ERRORS[error.name] ?? 'failed'),
              });
        if (error instanceof TooManyUserCodes) {
          ctx.set('Retry-After', '60');
          return sendPage(ctx, page, { status: error.status });
        }
        sendPage(ctx, page, { status: error === undefined || error.name === 'AbortedError' ? 200 : 422 });
      },
      async userCodeConfirmSource(
        ctx: KoaContextWithOIDC,
        _form: string,
        client: { clientId: string },
        _deviceInfo: unknown,
        userCode: string,
      ) {
        const { text, frame } = frames.of(ctx);
        const hidden = { xsrf: secretOf(ctx), user_code: userCode, confirm: 'yes' };
        const page = deviceConfirm(text, {
          frame,
          action: '/device',
          hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })),
          userCode,
          name: (await nameOf(client.clientId)) ?? { fa: client.clientId, en: client.clientId },
        });
        sendPage(ctx, page);
      },
      async successSource(ctx: KoaContextWithOIDC) {
        const { text, frame } = frames.of(ctx);
        sendPage(ctx, deviceDone(text, { frame, outcome: 'connected' }));
      },
    },

    async renderError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) {
      const { status } = ctx;
      const { text, frame } = frames.of(ctx, localesOf(ctx));
      const isOurs = out.error === 'server_error';
      const name = await nameOf(ctx.oidc?.client?.clientId).catch(() => undefined);
      if (error instanceof errors.SessionNotFound) {
        return sendPage(ctx, expired(text, { frame, asker: name === undefined ? undefined : { name } }), {
          status: 400,
        });
      }
      const page = errorPage(text, {
        frame,
        kind: isOurs ? 'unexpected' : 'relying-party',
        reference: referenceOf(ctx),
        ...(isOurs ? {} : { protocolError: { code: out.error, description: out.error_description } }),
      });
      const atLeast = isOurs ? 500 : 400;
      sendPage(ctx, page, { status: Math.max(status, atLeast) });
    },
  };
}

/**
 * A form belongs to a session. In a browser without one, the library makes a session for the page of an error after
 * the moment to store it, and then fails to; told that nothing was touched, it lets it go.
 */
function isNeverStored({ oidc }: KoaContextWithOIDC): boolean {
  const session: ({ exp?: number | undefined; touched?: boolean } & object) | undefined = oidc.session;
  if (session === undefined || session.exp !== undefined) return false;
  session.touched = false;
  return true;
}

const USER_CODE_ERRORS: Readonly<Record<string, UserCodeError>> = {
  NoCodeError: 'missing',
  NotFoundError: 'not-found',
  ExpiredError: 'expired',
  AlreadyUsedError: 'already-used',
  AbortedError: 'aborted',
  TooManyUserCodes: 'slow-down',
};
