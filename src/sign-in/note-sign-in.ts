import type { Context } from 'koa';
import type { Citizen } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { NewDevices } from '#citizens/new-devices.ts';
import { browserOf } from '#platform/http/browser-name.ts';
import type { DeviceCookie } from './device-cookie.ts';

/** What a whole sign-in leaves behind: the browser is known from now on, and notices come in the language of these pages. */
export type NoteSignIn = (
  ctx: Context,
  signedIn: { citizen: Citizen; isShared: boolean; language: 'fa' | 'en' },
) => Promise<void>;

export type NoteSignInNeeds = {
  newDevices: Pick<NewDevices, 'meet'>;
  citizens: Pick<CitizensStore, 'setLanguage'>;
  deviceCookie: DeviceCookie;
  networkOf(ctx: Context): string;
};

export function createNoteSignIn({ newDevices, citizens, deviceCookie, networkOf }: NoteSignInNeeds): NoteSignIn {
  return async (ctx, { citizen, isShared, language }) => {
    if (citizen.language !== language) await citizens.setLanguage(citizen.id, language);
    const { browser, system } = browserOf(ctx.get('user-agent'));
    const cookie = await newDevices.meet({
      citizen,
      cookie: deviceCookie.read(ctx),
      isShared,
      device: [browser, system].filter((part) => part !== undefined).join(', '),
      network: networkOf(ctx),
      language,
    });
    if (cookie !== undefined) deviceCookie.write(ctx, cookie);
  };
}
