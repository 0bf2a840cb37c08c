import { button, form, isolated, link, machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { PASSKEY_SCRIPTS, type PasskeyOffer, passkeyOffer } from './passkey-offer.ts';
import { type StepPageProps, stepPage } from './step-page.ts';

/** The ways there are for this citizen and this level; whatever is undefined is not offered. */
type SecondFactorWays = {
  passkey?: PasskeyOffer | undefined;
  sms?: { sendAction: string; maskedPhone: string } | undefined;
  authenticatorHref?: string | undefined;
  recoveryCodeHref?: string | undefined;
};

export type SecondFactorProps = StepPageProps &
  SecondFactorWays & {
    /** The service wants more than what was proven; otherwise it is the citizen's own second factor that is asked for. */
    isForStrongerLevel?: boolean;
    hasPasskeyFailed?: boolean;
  };

/** Which way the second step goes. One way alone has no such page, but a passkey does: its button needs one. */
export function secondFactor(text: Text, props: SecondFactorProps): Html {
  const { passkey, sms, authenticatorHref, recoveryCodeHref, csrf } = props;
  const words = text.signInSteps.secondFactor;
  const others = [
    sms !== undefined &&
      form({
        action: sms.sendAction,
        csrf,
        content: button({ label: words.useSms(machineWord(sms.maskedPhone)), kind: 'secondary' }),
      }),
    authenticatorHref !== undefined && waylink(words.useAuthenticator, authenticatorHref),
    recoveryCodeHref !== undefined && waylink(words.useRecoveryCode, recoveryCodeHref),
  ].filter((way) => way !== false);
  const content = html`${props.isForStrongerLevel === true && html`<p>${strongerFor(text, props)}</p>`}
${others.length > 0 ? html`<p>${words.choose}</p>` : html`<p>${words.onlyPasskey}</p>`}
${passkey !== undefined && passkeyOffer(text, { ...passkey, csrf, kind: 'primary' })}
${passkey !== undefined && others.length === 0 && html`<noscript><p class="notice notice-warning">${words.needsScript}</p></noscript>`}
${others.length > 0 && html`<ul class="ways">${others.map((way) => html`<li>${way}</li>`)}</ul>`}`;
  return stepPage(text, {
    ...props,
    heading: words.chooseHeading,
    content,
    errors: props.hasPasskeyFailed === true ? [{ message: text.signInSteps.passkey.failed }] : [],
    scripts: passkey === undefined ? [] : PASSKEY_SCRIPTS,
  });
}

function strongerFor(text: Text, { asker }: StepPageProps): Html {
  const { stronger, strongerUnnamed } = text.signInSteps.secondFactor;
  return asker === undefined ? html`${strongerUnnamed}` : stronger(isolated(text, asker.name));
}

function waylink(label: string, href: string): Html {
  return html`<a class="button button-secondary" href="${href}"><span>${label}</span></a>`;
}

/** Back to the choice, from the page of one way. */
export function anotherWay(text: Text, href: string | undefined): Html | undefined {
  if (href === undefined) return undefined;
  return html`<p class="way-out">${link({ label: text.signInSteps.secondFactor.anotherWay, href })}</p>`;
}
