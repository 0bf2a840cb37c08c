import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type DeviceDoneProps = { frame: Frame; outcome: 'connected' | 'refused' };

export function deviceDone(text: Text, { frame, outcome }: DeviceDoneProps): Html {
  const words = text.device.done;
  const isConnected = outcome === 'connected';
  const heading = isConnected ? words.heading : words.refusedHeading;
  const main = html`<h1>${heading}</h1>
<p>${isConnected ? words.whatToDo : words.refusedWhatToDo}</p>`;
  return layout(text, { frame, heading, main });
}
