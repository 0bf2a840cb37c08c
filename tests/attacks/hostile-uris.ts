/** Addresses that no relying party may register, whoever it is. */
export const HOSTILE_URIS: readonly string[] = [
  'https://*.sharif.ir/cb',
  'https://sharif.ir@evil.example/cb',
  'https://sharif.ir/cb#fragment',
  'https://sharif.ir/%2e%2e/cb',
  'javascript:alert(1)',
  'data:text/html,x',
  'http://sharif.ir/cb',
  'https://evil.example/cb',
  'https://sharif.ir\\@evil.example/cb',
  'https://SHARIF.ir/cb',
  'https://2130706433/cb',
  'https://sharif.ir/cb?code=1',
];
