import type { OrganisationFault } from '#relying-parties/organisation.ts';
import type { Text } from '#views/text/text.ts';

/** By field, as a form shows them. The first of a field is enough. */
export function faultWords(
  faults: readonly OrganisationFault[],
  words: Text['consoleOrganisations'],
): Record<string, string> {
  const said: Record<string, string> = {};
  for (const { path, reason } of faults) said[path] ??= words.faults[reason as keyof typeof words.faults] ?? reason;
  return said;
}
