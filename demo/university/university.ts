import type { Context } from 'koa';
import { type Language, languageOf } from '../web/language.ts';
import { type Page, sendPage } from '../web/page.ts';
import type { Log } from '../web/serve.ts';
import type { ClientKey } from './client-key.ts';
import { createLogoutTokenCheck } from './logout-token.ts';
import { createPendingSignIns } from './pending-sign-ins.ts';
import { createFindProvider } from './provider.ts';
import { createReadSaidElsewhere } from './said-elsewhere.ts';
import { createSessions, type Session } from './sessions.ts';
import type { UniversitySettings } from './settings.ts';
import { openStudentRegister } from './student-register.ts';

export type University = ReturnType<typeof createUniversity>;

/** What all routes of one university share. */
export function createUniversity({
  settings,
  clientKey,
  now,
  log,
}: {
  settings: UniversitySettings;
  clientKey: ClientKey;
  now: () => number;
  log: Log;
}) {
  return {
    settings,
    own: { ...settings, now },
    clientKey,
    log,
    findProvider: createFindProvider({ ...settings, clientKey }),
    sessions: createSessions({ now }),
    pendingSignIns: createPendingSignIns(),
    students: openStudentRegister({
      file: `${settings.dataFolder}/${settings.clientId}-students.json`,
      clientId: settings.clientId,
    }),
    readSaidElsewhere: createReadSaidElsewhere({ other: settings.other, now }),
    checkLogoutToken: createLogoutTokenCheck({ now }),
    // Cookies do not tell ports apart, and two universities share the name localhost.
    cookies: { session: `${settings.clientId}-session`, browser: `${settings.clientId}-browser` },
    cookieOptions: {
      httpOnly: true,
      sameSite: 'lax',
      secure: settings.url.startsWith('https:'),
      overwrite: true,
    } as const,
  };
}

export function sessionOf(university: University, ctx: Context): Session | undefined {
  return university.sessions.find(ctx.cookies.get(university.cookies.session));
}

export function show(
  university: University,
  { ctx, page }: { ctx: Context; page: (language: Language) => Page },
): void {
  sendPage(ctx, { look: university.settings.look, page: page(languageOf(ctx)) });
}
