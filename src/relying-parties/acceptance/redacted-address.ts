/** Parameters whose value opens nothing, tells nothing of anybody, and helps whoever reads the report. */
const SHOWN = ['client_id', 'response_type', 'response_mode', 'code_challenge_method', 'prompt', 'acr_values', 'error'];
const HARMLESS = /^[\w:.,+ -]{1,80}$/;
/** Names of sessions, tokens and steps are long and have no words in them; the names of pages are not. */
const LOOKS_LIKE_A_SECRET = /^(?=.*\d)[\w.~%=+-]{16,}$|^[\w.~%=+-]{40,}$/;
const LONGEST = 300;

/** An address as it may stand in a report: names of parameters without their values, and no part of a path that could be a secret. */
export function redactedAddress(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((part) => (LOOKS_LIKE_A_SECRET.test(part) ? '…' : part))
    .join('/');
  const parameters = redactedParameters(url.searchParams);
  return `${url.origin}${path}${parameters === '' ? '' : `?${parameters}`}`.slice(0, LONGEST);
}

export function redactedParameters(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => {
      const shown = LOOKS_LIKE_A_SECRET.test(name) ? '…' : name;
      return SHOWN.includes(name) && HARMLESS.test(value) ? `${shown}=${value}` : shown;
    })
    .join('&');
}
