import { isolated } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type RelyingPartyFrame, relyingPartyPage } from './page.ts';
import { type RegistrationFormProps, registrationForm } from './registration-form.ts';

const SCRIPTS = ['/assets/check-addresses.js'];

type RegisterProps = Omit<RegistrationFormProps, 'csrf' | 'isChange' | 'revision'> & {
  frame: Frame;
  operator: ShownOperator;
  organisation: InBothLanguages;
};

export function register(text: Text, { frame, operator, organisation, ...shown }: RegisterProps): Html {
  const words = text.registrationForm;
  const { environment } = shown.typed;
  const body = html`<p>${isolated(text, organisation)}</p>
<p>${environment === 'test' ? words.whatTest : words.whatProduction}</p>
${registrationForm(text, { ...shown, csrf: operator.csrf, isChange: false })}`;
  return consolePage(
    text,
    {
      frame,
      operator,
      section: 'relying-parties',
      heading: words.headings[environment],
      hasErrors: shown.errors.length > 0,
      scripts: SCRIPTS,
    },
    body,
  );
}

type ChangeProps = RelyingPartyFrame & Omit<RegistrationFormProps, 'csrf' | 'isChange'>;

export function changeRegistration(text: Text, { frame, operator, relyingParty, news, ...shown }: ChangeProps): Html {
  return relyingPartyPage(
    text,
    {
      ...{ frame, operator, relyingParty, news },
      tab: 'overview',
      heading: text.registrationForm.headings.change,
      hasErrors: shown.errors.length > 0,
      scripts: SCRIPTS,
    },
    registrationForm(text, { ...shown, csrf: operator.csrf, isChange: true }),
  );
}
