import type { ConsoleSection, ShownOperator } from '#views/console/page.ts';
import type { SampleParts } from './page-samples.ts';

/** Who works in the samples; every part of the console is shown to them. */
export function sampleOperator({ taint, csrf }: Pick<SampleParts, 'taint' | 'csrf'>): ShownOperator {
  const sections: readonly ConsoleSection[] = [
    'home',
    'organisations',
    'operators',
    'approvals',
    'relying-parties',
    'sources',
    'keys',
    'incidents',
    'audit',
  ];
  return { name: taint('مینا کاظمی'), sections, csrf };
}
