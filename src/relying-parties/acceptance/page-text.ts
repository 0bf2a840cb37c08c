import type { DefaultTreeAdapterTypes } from 'parse5';
import { parse, defaultTreeAdapter as tree } from 'parse5';

/** A page as a browser takes it: its words, and where it goes on by itself. */
type ReadPage = {
  /** Without markup, script and style. */
  text: string;
  /** A form that a script submits, or a refresh. */
  goesOn?: { address: string; fields?: readonly { name: string; value: string }[] } | undefined;
};

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** The form that this provider's own pages submit (views/auto-submit.ts). */
const OWN_FORM = 'auto-submit';

export function readPage(markup: string): ReadPage {
  const elements = [...elementsOf(parse(markup))];
  const text = elements
    .filter(({ tagName }) => !['script', 'style', 'title', 'noscript'].includes(tagName))
    .flatMap(({ childNodes }) => childNodes)
    .map((node) => (tree.isTextNode(node) ? node.value : ''))
    .join(' ')
    .replace(/\s+/g, ' ');
  return { text, goesOn: refreshOf(elements) ?? submittedForm(elements, markup) };
}

function* elementsOf(node: Node): Generator<Element> {
  if (!('childNodes' in node)) return;
  for (const child of node.childNodes) {
    if (tree.isElementNode(child)) yield child;
    yield* elementsOf(child);
  }
}

function refreshOf(elements: readonly Element[]): ReadPage['goesOn'] {
  const refresh = elements.find(
    (element) => element.tagName === 'meta' && attribute(element, 'http-equiv')?.toLowerCase() === 'refresh',
  );
  const [, address] =
    /^\s*\d+\s*;\s*url\s*=\s*['"]?([^'"]+)/i.exec((refresh && attribute(refresh, 'content')) ?? '') ?? [];
  return address === undefined ? undefined : { address };
}

/** Only where a script would do it: a form that waits for a person is not ours to send. */
function submittedForm(elements: readonly Element[], markup: string): ReadPage['goesOn'] {
  const forms = elements.filter(
    (element) => element.tagName === 'form' && attribute(element, 'method')?.toLowerCase() === 'post',
  );
  const own = forms.find((form) => attribute(form, 'id') === OWN_FORM);
  const form = own ?? (/\.submit\s*\(/.test(markup) && forms.length === 1 ? forms[0] : undefined);
  if (form === undefined) return undefined;
  const fields = [...elementsOf(form)]
    .filter(({ tagName }) => tagName === 'input')
    .map((input) => ({ name: attribute(input, 'name') ?? '', value: attribute(input, 'value') ?? '' }))
    .filter(({ name }) => name !== '');
  return { address: attribute(form, 'action') ?? '', fields };
}

function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attr) => attr.name === name)?.value;
}
