import type { Context } from 'koa';
import { type Html, html } from './html.ts';
import { type Language, languageOf, type Phrase } from './language.ts';

/** How a demo service looks: its name, and the one colour that tells it from the others. */
export type Look = { name: Phrase; colour: 'indigo' | 'garnet' | 'slate' };

export type Page = { status?: number; title: string; body: Html };

export function sendPage(ctx: Context, { look, page }: { look: Look; page: Page }): void {
  const language = languageOf(ctx);
  ctx.status = page.status ?? 200;
  ctx.type = 'text/html; charset=utf-8';
  ctx.vary('Cookie');
  // An answer to a form or to a callback cannot be asked for again: from there, the other language starts at the first page.
  const mayRepeat = ctx.method === 'GET' && ctx.status === 200;
  ctx.body = renderPage({ language, look, page, ownPath: mayRepeat ? ctx.path : '/' }).toString();
}

function renderPage({
  language,
  look,
  page,
  ownPath,
}: {
  language: Language;
  look: Look;
  page: Page;
  ownPath: string;
}): Html {
  const other = language === 'fa' ? { tag: 'en', name: 'English' } : { tag: 'fa', name: 'فارسی' };
  return html`<!doctype html>
<html lang="${language}" dir="${language === 'fa' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} – ${look.name[language]}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body class="${look.colour}">
<header><a class="name" href="/"><bdi>${look.name[language]}</bdi></a><a href="${ownPath}?lang=${other.tag}" lang="${other.tag}" hreflang="${other.tag}">${other.name}</a></header>
<main>
<h1>${page.title}</h1>
${page.body}
</main>
</body>
</html>
`;
}
