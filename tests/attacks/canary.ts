import type { BrowserContext, Page } from 'playwright-core';

/** Script in every shape that has got past somebody's escaping: each calls `canary`, or would lead away. */
export const PAYLOADS: readonly string[] = [
  '<script>canary()</script>',
  '"><img src=x onerror=canary()>',
  "'><svg/onload=canary()>",
  '</title><script>canary()</script>',
  '</textarea><iframe srcdoc="<script>top.canary()</script>"></iframe>',
  '" autofocus onfocus="canary()" x="',
  '<a href="javascript:canary()">x</a>',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:canary()">',
  '<!--<script>--><script>canary()</script>',
  '</style></script><script>canary()</script>',
  '\u202e<script>canary()</script>',
];

/** What goes wrong in an attribute that holds an address. */
export const ADDRESS = 'javascript:canary()';

export type Canary = {
  tab: Page;
  /** What happened, or would at a click, on the page as it stands in Chromium. */
  dangers(): Promise<string[]>;
  /** The same for each frame of the page, by its URL; those without danger are left out. */
  dangersInFrames(): Promise<Record<string, string[]>>;
};

/** A tab in which every page, and every frame in it, has a `canary` that tells us when it is called. */
export async function openCanary(context: BrowserContext): Promise<Canary> {
  let calls = 0;
  const callers = new Set<string>();
  await context.exposeBinding('canary', ({ frame }) => {
    calls += 1;
    callers.add(frame.url());
  });
  const tab = await context.newPage();
  return {
    tab,
    async dangers() {
      const found = await tab.evaluate<string[]>(LOOK);
      if (calls > 0) found.push('the canary was called');
      calls = 0;
      return found;
    },
    async dangersInFrames() {
      const frames = tab.mainFrame().childFrames();
      const seen = await Promise.all(
        frames.map(async (frame) => {
          const found = await frame.evaluate<string[]>(LOOK);
          return [frame.url(), callers.has(frame.url()) ? [...found, 'the canary was called'] : found] as const;
        }),
      );
      callers.clear();
      calls = 0;
      return Object.fromEntries(seen.filter(([, found]) => found.length > 0));
    },
  };
}

/** Runs in the page, after a turn in which handlers such as onerror get their chance. */
const LOOK = `new Promise((resolve) => setTimeout(resolve, 20)).then(() => {
  const all = [...document.querySelectorAll('*')];
  const names = (element) => element.getAttributeNames();
  const leads = ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'];
  return [
    ...all.filter((e) => names(e).some((name) => name.startsWith('on'))).map((e) => 'a handler on ' + e.localName),
    ...all.filter((e) => leads.some((name) => /^\\s*(javascript|vbscript|data):/i.test(e.getAttribute(name) ?? '')))
      .map((e) => e.localName + ' leads to script'),
    ...all.filter((e) => e.matches('iframe, object, embed, base, meta[http-equiv], script:not([src])')).map((e) => e.localName),
  ];
})`;
