import { readFile } from 'node:fs/promises';
import type { Context } from 'koa';

const styleSheet = new URL('./style.css', import.meta.url);
const font = new URL('../../node_modules/vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2', import.meta.url);

export async function sendStyleSheet(ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'public, max-age=60');
  ctx.type = 'text/css; charset=utf-8';
  ctx.body = await readFile(styleSheet);
}

export async function sendFont(ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'public, max-age=86400');
  ctx.type = 'font/woff2';
  ctx.body = await readFile(font);
}
