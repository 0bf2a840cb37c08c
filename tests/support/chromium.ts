import { type Browser, chromium } from 'playwright-core';
import { findBinary } from './binaries.ts';

/** The machine's own Chromium, or the one CHROMIUM names, without a window and without calls home. Close it at the end. */
export function launchChromium({ args = [] }: { args?: readonly string[] } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? findBinary('chromium', 'chromium-browser', 'google-chrome'),
    headless: true,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--no-proxy-server', ...args],
    ],
  });
}
