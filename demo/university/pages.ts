import { type Html, html } from '../web/html.ts';
import type { Language, Phrase } from '../web/language.ts';
import type { Page } from '../web/page.ts';
import type { Session } from './sessions.ts';
import { text } from './text.ts';

export function homePage(language: Language, { isSignedIn }: { isSignedIn: boolean }): Page {
  const say = (phrase: Phrase) => phrase[language];
  const body = isSignedIn
    ? html`<p>${say(text.alreadySignedIn)}</p>
<div class="actions"><a class="button" href="/me">${say(text.yourPage)}</a></div>`
    : html`<p>${say(text.welcomeText)}</p>
<div class="actions"><a class="button" href="/login" id="sign-in">${say(text.signIn)}</a>
<a class="button second" href="/login?offline=1" id="sign-in-offline">${say(text.signInOffline)}</a></div>`;
  return { title: say(text.welcome), body };
}

export function mePage(
  language: Language,
  session: Session,
  elsewhere: { by: Phrase; said: Readonly<Record<string, unknown>> },
): Page {
  const say = (phrase: Phrase) => phrase[language];
  const { idTokenClaims: claims, userinfo } = session;
  const name = nameOf({ ...claims, ...userinfo }, language);
  const row = (label: Phrase, { id, value }: { id: string; value: string | undefined }) =>
    html`<tr><th scope="row">${say(label)}</th><td id="${id}"><bdi>${value ?? say(text.notGiven)}</bdi></td></tr>`;
  return {
    title: say(text.signedInAs),
    body: html`${name !== '' && html`<p>${say(text.greeting)} <strong><bdi>${name}</bdi></strong></p>`}
${studentElsewhere(language, elsewhere)}
<div class="wide"><table>
${row(text.subject, { id: 'subject', value: session.sub })}
${row(text.level, { id: 'acr', value: textOf(claims.acr) })}
${row(text.signedInAt, { id: 'auth-time', value: shownTime(claims.auth_time, language) })}
</table></div>
<div class="actions">
${session.refreshToken !== undefined && html`<form method="post" action="/refresh"><button class="button second" id="refresh">${say(text.refresh)}</button></form>`}
<form method="post" action="/logout"><button class="button" id="sign-out">${say(text.signOut)}</button></form>
</div>
${claimsTable({ title: say(text.fromUserinfo), id: 'userinfo', claims: userinfo, say })}
${claimsTable({ title: say(text.fromIdToken), id: 'id-token', claims, say })}`,
  };
}

/** What another university signed about the person, read from the answer itself: nothing was uploaded. */
function studentElsewhere(
  language: Language,
  { by, said }: { by: Phrase; said: Readonly<Record<string, unknown>> },
): Html | undefined {
  const status = said.student_status;
  if (status !== 'active' && status !== 'on-leave' && status !== 'graduated') return undefined;
  const say = status === 'graduated' ? text.graduateElsewhere : text.studentElsewhere;
  const details = [said.field, said.entry_year].filter((each) => typeof each === 'string' || typeof each === 'number');
  return html`<div class="elsewhere" id="elsewhere"><p><strong>${say[language]} <bdi>${by[language]}</bdi></strong></p>
${details.length > 0 && html`<p>${details.map((each, index) => html`${index > 0 && text.separator[language]}<bdi>${each}</bdi>`)}</p>`}
<p>${text.noDocument[language]}</p></div>`;
}

export function signOutPage(language: Language): Page {
  return {
    title: text.signOutQuestion[language],
    body: html`<p>${text.signOutText[language]}</p>
<form method="post" action="/logout" class="actions"><button class="button" id="sign-out">${text.signOut[language]}</button></form>`,
  };
}

/** A page that says one thing and leads back to the first page. */
export function messagePage(
  language: Language,
  message: { status?: number; title: Phrase; body?: Phrase; code?: string },
): Page {
  return {
    status: message.status ?? 200,
    title: message.title[language],
    body: html`<p>${message.body?.[language]}${message.code !== undefined && html` <code dir="ltr">${message.code}</code>`}</p>
<div class="actions"><a class="button second" href="/">${text.backHome[language]}</a></div>`,
  };
}

function claimsTable({
  title,
  id,
  claims,
  say,
}: {
  title: string;
  id: string;
  claims: Readonly<Record<string, unknown>>;
  say: (phrase: Phrase) => string;
}): Html {
  const rows = Object.entries(claims).map(
    ([
      name,
      value,
    ]) => html`<tr><th scope="row"><code dir="ltr">${name}</code></th><td data-claim="${name}"><bdi>${textOf(value) ?? JSON.stringify(value)}</bdi></td></tr>
`,
  );
  return html`<h2 id="${id}-title">${title}</h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="${id}-title"><table id="${id}">
<thead><tr><th scope="col">${say(text.claim)}</th><th scope="col">${say(text.value)}</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

function nameOf(claims: Readonly<Record<string, unknown>>, language: Language): string {
  const suffix = language === 'en' && typeof claims.given_name_latin === 'string' ? '_latin' : '';
  const parts = [claims[`given_name${suffix}`], claims[`family_name${suffix}`]];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function shownTime(seconds: unknown, language: Language): string | undefined {
  if (typeof seconds !== 'number') return undefined;
  const locale = language === 'fa' ? 'fa-IR-u-ca-persian' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Tehran' }).format(
    seconds * 1000,
  );
}
