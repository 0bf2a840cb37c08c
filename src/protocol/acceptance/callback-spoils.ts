import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Spoil } from '#relying-parties/acceptance/spoil.ts';
import { readAutoSubmitPage } from '../auto-submit.ts';
import { OTHER_ISSUER } from './id-token-spoils.ts';

/** The answer on its way to the relying party through the browser, whatever response mode carries it. */
type Callback = {
  parameters: URLSearchParams;
  /** Writes the parameters, as they are now, back into the answer. */
  send(): void;
};

const CALLBACK_SPOILS: Partial<Record<Spoil, (parameters: URLSearchParams) => void>> = {
  'state-wrong': (parameters) => parameters.set('state', randomBytes(16).toString('base64url')),
  'state-missing': (parameters) => parameters.delete('state'),
  'response-issuer': (parameters) => parameters.set('iss', OTHER_ISSUER),
  'access-denied'(parameters) {
    parameters.delete('code');
    parameters.set('error', 'access_denied');
    parameters.set('error_description', 'the citizen refused');
  },
};

export function spoilCallback(parameters: URLSearchParams, spoil: Spoil): void {
  CALLBACK_SPOILS[spoil]?.(parameters);
}

/** Undefined when the answer does not lead back to the relying party with a code. */
export function readCallback(ctx: Context): Callback | undefined {
  const callback = inAddress(ctx) ?? inForm(ctx);
  return callback?.parameters.has('code') ? callback : undefined;
}

function inAddress(ctx: Context): Callback | undefined {
  const url = URL.parse(ctx.response.get('Location'));
  if (url === null) return undefined;
  const isFragment = url.hash !== '';
  const parameters = new URLSearchParams(isFragment ? url.hash.slice(1) : url.search);
  return {
    parameters,
    send() {
      if (isFragment) url.hash = parameters.toString();
      else url.search = parameters.toString();
      ctx.redirect(url.href);
    },
  };
}

/** As the library writes it, so that it is dressed like every such page afterwards (auto-submit.ts). */
function inForm(ctx: Context): Callback | undefined {
  const page = typeof ctx.body === 'string' ? readAutoSubmitPage(ctx.body) : undefined;
  if (page === undefined) return undefined;
  const parameters = new URLSearchParams(page.fields.map(({ name, value }): [string, string] => [name, value]));
  return {
    parameters,
    send() {
      const inputs = [...parameters].map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}"/>`,
      );
      ctx.body = `<title>Submitting Callback</title><form method="post" action="${escaped(page.action)}">${inputs.join('')}</form>`;
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
