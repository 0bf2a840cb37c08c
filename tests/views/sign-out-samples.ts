import { signOutDone } from '#views/sign-out/done.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** The page after a sign-out, when not every service has heard of it. */
export function signOutSamples({ taint, frame, noon }: SampleParts): PageSample[] {
  const name = (n: number) => ({ fa: taint(`سامانهٔ ${n}`), en: taint(`Service ${n}`) });
  return [
    {
      name: 'signed-out-still-trying',
      render: (text) =>
        signOutDone(text, {
          frame,
          services: [
            { name: name(1), state: 'arrived' },
            { name: name(2), state: 'trying', nextAttemptAt: noon },
            { name: name(3), state: 'given-up' },
            { name: name(4), state: 'takes-no-part' },
          ],
        }),
    },
  ];
}
