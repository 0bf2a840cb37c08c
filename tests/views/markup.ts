/** An opening tag as a browser would read it. */
export type Tag = { name: string; attributes: Readonly<Record<string, string>> };

/** Reads the opening tags of a page. Small on purpose: text between tags cannot hold `<` once it is escaped. */
export function readTags(markup: string): Tag[] {
  return [...markup.matchAll(/<([a-z][a-z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi)].map(([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: Object.fromEntries(
      [...rest.matchAll(/([^\s"'>/=]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(
        ([, key = '', double, single, bare]) => [key.toLowerCase(), double ?? single ?? bare ?? ''],
      ),
    ),
  }));
}
