import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

/** Files that pages load, read once at start and served from memory under names that change with their content. */
type StaticFiles = {
  /** The address of a file, for pages to name. */
  href(name: string): string;
  /** Answers the request if the path is one of the files. */
  send(path: string, response: ServerResponse): boolean;
};

type File = {
  name: string;
  from: URL;
  type: string /** Other files name this one, so its name cannot change. */;
  hasFixedName?: boolean;
};

export function createStaticFiles(files: readonly File[]): StaticFiles {
  const byPath = new Map<string, { body: Buffer; type: string; maxAge: number }>();
  const hrefs = new Map<string, string>();
  for (const { name, from, type, hasFixedName = false } of files) {
    const body = readFileSync(from);
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const path = hasFixedName ? `/assets/${name}` : `/assets/${name.replace(/(\.\w+)$/, `.${digest}$1`)}`;
    byPath.set(path, { body, type, maxAge: hasFixedName ? 86_400 : 31_536_000 });
    hrefs.set(name, path);
  }

  return {
    href(name) {
      const href = hrefs.get(name);
      if (href === undefined) throw new Error(`there is no static file ${name}`);
      return href;
    },
    send(path, response) {
      const file = byPath.get(path);
      if (file === undefined) return false;
      response.writeHead(200, {
        'Content-Type': file.type,
        'Content-Length': file.body.length,
        'Cache-Control': `public, max-age=${file.maxAge}${file.maxAge > 86_400 ? ', immutable' : ''}`,
      });
      response.end(file.body);
      return true;
    },
  };
}
