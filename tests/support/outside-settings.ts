/** Production refuses to start without these. Nothing answers there, and nothing that signs people in needs it to. */
export const outsideSettings = {
  PANJEREH_CIVIL_REGISTRY_URL: 'https://registry.example',
  PANJEREH_CIVIL_REGISTRY_TOKEN: 'token-of-the-tests',
  PANJEREH_MOBILE_OWNERSHIP_URL: 'https://ownership.example',
  PANJEREH_MOBILE_OWNERSHIP_TOKEN: 'token-of-the-tests',
  PANJEREH_SMS_GATEWAY_URL: 'https://sms.example',
  PANJEREH_SMS_GATEWAY_TOKEN: 'token-of-the-tests',
};
