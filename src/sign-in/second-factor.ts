import type { Context } from 'koa';
import type { Passkeys } from '#citizens/passkeys.ts';
import { maskPhone } from '#proofing/journey.ts';
import { type SecondFactorProps, secondFactor } from '#views/sign-in/second-factor.ts';
import type { SecondFactorWay } from './standing.ts';
import type { Here, Way } from './way.ts';

type Needs = { way: Way; passkeys: Pick<Passkeys, 'signInOptions'> };

/** Which way the second step goes; straight on where there is one alone. */
export function createSecondFactorStep({ way, passkeys }: Needs) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.openAt(ctx, 'second-factor');
      if (here === undefined) return;
      const { ways } = here.standing;
      const [only] = ways;
      if (ways.length === 1 && only !== undefined && only !== 'passkey') {
        ctx.status = 303;
        return ctx.redirect(pathOf(here, only));
      }
      const hasPasskeyFailed = ctx.query.passkey === 'failed';
      const page = secondFactor(here.text, {
        ...here.step,
        ...(await waysFor(here)),
        isForStrongerLevel: here.standing.isForLevel,
        hasPasskeyFailed,
      });
      way.send(here, page, { status: hasPasskeyFailed ? 422 : 200, hasScript: ways.includes('passkey') });
    },
  };

  async function waysFor(here: Here<'second-factor'>): Promise<Partial<SecondFactorProps>> {
    const { citizen, ways } = here.standing;
    const has = (each: SecondFactorWay) => ways.includes(each);
    return {
      ...(has('passkey') && {
        passkey: {
          action: pathOf(here, 'passkey'),
          options: JSON.stringify(await passkeys.signInOptions({ binding: bindingOf(here), citizenId: citizen.id })),
        },
      }),
      ...(has('sms') &&
        citizen.phone !== undefined && {
          sms: { sendAction: `${pathOf(here, 'sms')}/send`, maskedPhone: maskPhone(citizen.phone) },
        }),
      ...(has('authenticator') && { authenticatorHref: pathOf(here, 'authenticator') }),
      ...(has('recovery-code') && { recoveryCodeHref: pathOf(here, 'recovery-code') }),
    };
  }
}

export function pathOf({ interaction }: Pick<Here, 'interaction'>, way: SecondFactorWay): string {
  return `/sign-in/${interaction.uid}/${way}`;
}

/** Codes and passkey challenges are good in this sign-in alone; the interaction itself is bound to the browser. */
export function bindingOf({ interaction }: Pick<Here, 'interaction'>): string {
  return `sign-in:${interaction.uid}`;
}
