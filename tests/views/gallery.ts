/** `node tests/views/gallery.ts` writes every page in both languages to screenshots/html/, to be opened in a browser. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderDocument } from '#views/html.ts';
import { type Language, textFor } from '#views/text/text.ts';
import { pageSamples } from './page-samples.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const font = 'node_modules/vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2';
const webauthn = 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js';
const languages: readonly Language[] = ['fa', 'en'];

export type GalleryPage = { name: string; language: Language; path: string };

/** Writes the pages and what they load; `folder` is then a site of its own. */
export function writeGallery(folder: string): GalleryPage[] {
  mkdirSync(`${folder}/assets`, { recursive: true });
  for (const asset of readdirSync(`${root}views/assets`)) {
    copyFileSync(`${root}views/assets/${asset}`, `${folder}/assets/${asset}`);
  }
  copyFileSync(`${root}${webauthn}`, `${folder}/assets/simplewebauthn.js`);
  copyFileSync(`${root}${font}`, `${folder}/assets/vazirmatn.woff2`);
  return languages.flatMap((language) =>
    pageSamples().map(({ name, render }) => {
      const path = `/${name}.${language}.html`;
      writeFileSync(`${folder}${path}`, renderDocument(render(textFor(language))));
      return { name, language, path };
    }),
  );
}

if (import.meta.main) {
  const folder = `${root}screenshots/html`;
  console.log(`${writeGallery(folder).length} pages in ${folder}`);
}
