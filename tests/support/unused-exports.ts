import { resolveImport } from './architecture-rooms.ts';
import type { SourceFile } from './architecture-rules.ts';

/** Asked for by no import, each with who does ask. */
const ASKED_FOR_OTHERWISE: Readonly<Record<string, string>> = {
  'tests/support/server-keeper.ts setup': 'vitest calls it',
  'bench/forgetful-audit.ts createAuditStore': 'stands in a text that is loaded in the place of another file',
};

/**
 * What is exported and no other file asks for, in words. It reads names and not what they stand for, so it takes no
 * time; whoever imports a whole file (`* as`, or while running) asks for all of it.
 */
export function unusedExports(files: readonly SourceFile[]): string[] {
  const asked = new Set(files.flatMap(askedFor));
  return files.flatMap(({ path, text }) =>
    exportedNames(text)
      .map((name) => `${path} ${name}`)
      .filter((it) => !asked.has(it) && !asked.has(`${path} *`) && ASKED_FOR_OTHERWISE[it] === undefined),
  );
}

function exportedNames(text: string): string[] {
  const declared = /^export (?:async |abstract |declare )?(?:function\*?|const|let|class|type|interface) (\w+)/gm;
  return [...text.matchAll(declared)].map(([, name = '']) => name);
}

/** The path and the name, or `*`, of everything that this file imports or passes on. */
function askedFor({ path, text }: SourceFile): string[] {
  const whole = /(?:\*(?: as \w+)? from|\bimport\s*\()\s*['"]([^'"\n]+)['"]/g;
  const listed = /\b(?:import|export)(?: type)? \{([^}]*)\} from ['"]([^'"\n]+)['"]/g;
  return [
    ...[...text.matchAll(whole)].map(([, from = '']) => `${resolveImport(path, from).path} *`),
    ...[...text.matchAll(listed)].flatMap(([, names = '', from = '']) =>
      [...names.matchAll(/(?:^|,)\s*(?:type )?(\w+)/g)].map(([, name]) => `${resolveImport(path, from).path} ${name}`),
    ),
  ];
}
