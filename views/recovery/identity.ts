import { type Html, html } from '../html.ts';
import { type AskedIdentity, explainIdentityError, identityForm } from '../identity-fields.ts';
import type { Text } from '../text/text.ts';
import { type WayProps, wayPage } from './way.ts';

type IdentityProps = WayProps & AskedIdentity;

export function identity(text: Text, { action, typed, error, ...way }: IdentityProps): Html {
  const words = text.recovery.identity;
  const errors = explainIdentityError(text, { error, slowDown: text.recovery.slowDown });
  const content = html`<p>${words.why}</p>
${identityForm(text, { action, typed, errors, csrf: way.csrf })}`;
  return wayPage(text, { ...way, heading: words.heading, errors, content });
}
