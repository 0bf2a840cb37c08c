import type { RegisteredPicture } from './registered-picture.ts';

/** One thing that differs between two revisions. A list is one thing: its order may mean something. */
export type Difference = { path: string; before: unknown; after: unknown };

/** In the order of the members as they are first met. */
export function comparePictures(before: RegisteredPicture, after: RegisteredPicture): Difference[] {
  return compare('', before, after);
}

function compare(path: string, before: unknown, after: unknown): Difference[] {
  if (isMembers(before) && isMembers(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => compare(path === '' ? name : `${path}.${name}`, before[name], after[name]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
