/** The frame around every page: language and direction, who we are, the language switch, one main part. */
import { attributes, type Html, html } from './html.ts';
import type { Text } from './text/text.ts';

/** Where the static files are served: `stylesheet` carries its content hash, `font` is the address the stylesheet names. */
export type Assets = { stylesheet: string; font: string; icon: string };

/** What every page needs from the request. `switchLanguageHref` leads to the same step in the other language. */
export type Frame = { assets: Assets; switchLanguageHref: string };

type Page = {
  frame: Frame;
  heading: string;
  main: Html;
  hasErrors?: boolean;
  width?: 'form' | 'wide' | 'table';
  /** Addresses of further stylesheets, for pages that citizens never load. */
  stylesheets?: readonly string[];
  /** Addresses of scripts that improve the page; it must work without them. */
  scripts?: readonly string[];
};

export function layout(
  text: Text,
  { frame, heading, main, hasErrors = false, width = 'form', stylesheets = [], scripts = [] }: Page,
): Html {
  const { common } = text;
  const title = common.pageTitle(heading);
  const otherLanguage = text.language === 'fa' ? 'en' : 'fa';
  return html`<html lang="${text.language}" dir="${text.direction}">
<head>
<meta charset="utf-8">
<title>${hasErrors ? common.errorTitle(title) : title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
${text.language === 'fa' && html`<link rel="preload" as="font" type="font/woff2" href="${frame.assets.font}" crossorigin>`}
<link rel="icon" type="image/svg+xml" href="${frame.assets.icon}">
<link rel="stylesheet" href="${frame.assets.stylesheet}">
${stylesheets.map((href) => html`<link rel="stylesheet" href="${href}">`)}
${scripts.map((src) => html`<script src="${src}" defer></script>`)}
</head>
<body>
<a class="skip-link" href="#main">${common.skipToContent}</a>
<header class="site-header">
<div class="site-header-inner">
<a class="site-name" href="/">${mark()}<span><strong>${common.siteName}</strong> <small>${common.siteDescription}</small></span></a>
<a class="language-switch"${attributes({ href: frame.switchLanguageHref, hreflang: otherLanguage, lang: otherLanguage, dir: 'auto' })}>${common.otherLanguage}<span class="visually-hidden" lang="${text.language}"> (${common.switchLanguage})</span></a>
</div>
</header>
<main id="main" class="page page-${width}" tabindex="-1">
${main}
</main>
<footer class="site-footer"><p>${common.footer}</p></footer>
</body>
</html>`;
}

/** An arched window of four panes. */
function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 32 36" width="32" height="36" aria-hidden="true" focusable="false"><path class="mark-glass" d="M4 34V15a12 12 0 0 1 24 0v19z"/><path class="mark-frame" d="M4 34V15a12 12 0 0 1 24 0v19zM16 3v31M4 19h24M1.5 34h29" fill="none" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/></svg>`;
}
