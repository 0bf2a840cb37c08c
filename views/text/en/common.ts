import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';
import type { Text } from '../text.ts';

const number = (n: number) => formatNumber('en', n);

export const common: Text['common'] = {
  siteName: 'Panjereh',
  siteDescription: 'One sign-in for Iran’s universities',
  pageTitle: (heading: string) => `${heading} - Panjereh`,
  errorTitle: (heading: string) => `Error: ${heading}`,
  skipToContent: 'Skip to main content',
  otherLanguage: 'فارسی',
  switchLanguage: 'Switch language to Persian',
  footer: 'Panjereh never gives your password to a university.',
  problems: (n: number) => (n === 1 ? 'There is a problem' : `There are ${number(n)} problems`),
  error: 'Error:',
  optional: '(optional)',
  number,
  seconds: (n: number) => (n === 1 ? '1 second' : `${number(n)} seconds`),
  minutes: (n: number) => (n === 1 ? '1 minute' : `${number(n)} minutes`),
  days: (n: number) => (n === 1 ? '1 day' : `${number(n)} days`),
  years: (n: number) => (n === 1 ? '1 year' : `${number(n)} years`),
  dateAndTime: (date: string, time: string) => `${date}, ${time}`,
  listSeparator: ', ',
  backTo: (name: Html) => html`Back to ${name}`,
};
