import { createStaticFiles } from '#platform/http/static-files.ts';
import type { Assets } from '#views/layout.ts';

/** The files that every page loads: served by us, nothing from elsewhere. */
export function createPages() {
  const asset = (path: string) => new URL(`../../views/assets/${path}`, import.meta.url);
  const font = new URL('fonts/webfonts/Vazirmatn[wght].woff2', import.meta.resolve('vazirmatn/package.json'));
  const webauthn = new URL(import.meta.resolve('@simplewebauthn/browser'));
  const script = (name: string, from = asset(name)) => ({
    name,
    from,
    type: 'text/javascript; charset=utf-8',
    hasFixedName: true,
  });
  const staticFiles = createStaticFiles([
    { name: 'panjereh.css', from: asset('panjereh.css'), type: 'text/css; charset=utf-8' },
    {
      name: 'auto-submit.js',
      from: asset('auto-submit.js'),
      type: 'text/javascript; charset=utf-8',
      hasFixedName: true,
    },
    {
      name: 'console.css',
      from: asset('console.css'),
      type: 'text/css; charset=utf-8',
      hasFixedName: true,
    },
    script('make-passkey.js'),
    script('use-passkey.js'),
    script('sign-in-passkey.js'),
    script('solve-puzzle.js'),
    script('show-password.js'),
    script('print-page.js'),
    script('check-addresses.js'),
    script('simplewebauthn.js', new URL('../dist/bundle/index.umd.min.js', webauthn)),
    { name: 'icon.svg', from: asset('icon.svg'), type: 'image/svg+xml', hasFixedName: true },
    { name: 'vazirmatn.woff2', from: font, type: 'font/woff2', hasFixedName: true },
  ]);
  const assets: Assets = {
    stylesheet: staticFiles.href('panjereh.css'),
    font: staticFiles.href('vazirmatn.woff2'),
    icon: staticFiles.href('icon.svg'),
  };
  return { staticFiles, assets };
}
