import { messages as english } from './en/messages.ts';
import { messages as persian } from './fa/messages.ts';

export type MessageWords = {
  kind: keyof typeof persian;
  language: 'fa' | 'en';
  values: Readonly<Record<string, string>>;
};

/**
 * The text of an SMS. Where it has a code, the last line binds it to our host and lets phones fill it in
 * ("Origin-bound one-time codes delivered via SMS", WICG).
 */
export function messageText({ kind, language, values }: MessageWords, { host }: { host: string }): string {
  const words = (language === 'fa' ? persian : english)[kind](values);
  const { code } = values;
  return code === undefined ? words : `${words}\n@${host} #${code}`;
}
