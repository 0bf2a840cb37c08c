/**
 * The little of Markdown that our recipes are written in: headings, paragraphs, lists, code, links. What they were filled
 * in with is somebody else's word, so it becomes markup here like everywhere: through the `html` tag alone.
 */
import { link } from '../../components.ts';
import { type Html, html, type Renderable } from '../../html.ts';

export function recipeText(markdown: string): Html[] {
  return markdown.split(/^```/m).flatMap((part, index) => (index % 2 === 1 ? [code(part)] : prose(part)));
}

/** The first line names the language. */
function code(part: string): Html {
  const end = part.indexOf('\n');
  return html`<pre class="recipe-code" dir="ltr" tabindex="0"><code>${part.slice(end + 1).trimEnd()}</code></pre>`;
}

function prose(part: string): Html[] {
  const blocks = part.split(/\n\s*\n/).map((block) => block.trim());
  return blocks.filter((block) => block !== '').map(block);
}

function block(text: string): Html {
  const heading = /^#{1,6}\s+(.+)$/.exec(text)?.[1];
  if (heading !== undefined) return html`<h3>${inline(heading)}</h3>`;
  const items = text.split(/\n(?=\s*(?:[-*]|\d+\.)\s)/);
  const isList = items.every((item) => /^\s*(?:[-*]|\d+\.)\s/.test(item));
  if (!isList) return html`<p dir="auto">${inline(text)}</p>`;
  const isOrdered = /^\s*\d/.test(text);
  const written = items.map((item) => html`<li>${inline(item.replace(/^\s*(?:[-*]|\d+\.)\s+/, ''))}</li>`);
  return isOrdered ? html`<ol dir="auto">${written}</ol>` : html`<ul dir="auto">${written}</ul>`;
}

function inline(text: string): Renderable[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/).map((part) => {
    if (part.startsWith('`')) return html`<code dir="ltr">${part.slice(1, -1)}</code>`;
    if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`;
    const linked = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    return linked === null ? part : (link({ label: linked[1] ?? '', href: linked[2] }) ?? linked[1]);
  });
}
