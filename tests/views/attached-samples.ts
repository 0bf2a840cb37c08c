import { type AttachedError, attached } from '#views/account/attached.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

const DAY = 24 * 60 * 60_000;

/** What universities say of a citizen, in every standing, and everything that can go wrong when one is asked. */
export function attachedSamples({ taint, both, frame, csrf, noon }: SampleParts): PageSample[] {
  const sharif = both('دانشگاه صنعتی شریف', 'Sharif University of Technology');
  const beheshti = both('دانشگاه شهید بهشتی', 'Shahid Beheshti University');
  const tehran = both('دانشگاه تهران', 'University of Tehran');
  const page = { frame, csrf, action: '/account/attached' };
  const times = { attachedAt: noon - 90 * DAY, fetchedAt: noon, goodUntil: noon + 30 * DAY };
  const said = [
    {
      ...{ clientId: taint('sharif'), name: sharif, ...times, standing: 'fresh' as const },
      claims: { student_status: 'active', degree: 'bachelor', field: taint('مهندسی کامپیوتر'), entry_year: 1402 },
    },
    {
      ...{ clientId: taint('beheshti'), name: beheshti, ...times, standing: 'stale' as const },
      claims: { student_status: 'graduated', degree: taint('unheard-of') },
    },
    { clientId: taint('gone'), name: tehran, ...times, standing: 'no-source' as const, claims: {} },
  ];
  const sources = [
    { clientId: taint('tehran'), name: tehran, claims: ['student_status', 'degree', 'field', 'entry_year'] },
  ];
  const errors: AttachedError[] = [
    { kind: 'not-known', name: tehran },
    { kind: 'unavailable', name: tehran },
    { kind: 'not-valid', name: tehran },
    { kind: 'no-source', name: tehran },
    { kind: 'removed', name: tehran },
    { kind: 'too-often', retryAfterMs: 20 * 60_000 },
  ];
  return [
    { name: 'attached-none', render: (text) => attached(text, { ...page, attached: [], sources }) },
    { name: 'attached', render: (text) => attached(text, { ...page, attached: said, sources, news: 'attached' }) },
    { name: 'attached-all', render: (text) => attached(text, { ...page, attached: said.slice(0, 1), sources: [] }) },
    ...errors.map((error) => ({
      name: `attached-${error.kind}`,
      render: (text: Parameters<PageSample['render']>[0]) => attached(text, { ...page, attached: [], sources, error }),
    })),
  ];
}
