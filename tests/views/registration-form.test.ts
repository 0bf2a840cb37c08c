import { expect, test } from 'vitest';
import { type RegistrationFormProps, registrationForm } from '#views/console/relying-parties/registration-form.ts';
import { textFor } from '#views/text/text.ts';

const EMPTY: RegistrationFormProps['typed'] = {
  ...{ nameFa: '', nameEn: '', environment: 'test', application: 'web', redirectUris: '', postLogoutRedirectUris: '' },
  ...{
    initiateLoginUri: '',
    backchannelLogoutUri: '',
    corsOrigins: '',
    clientUri: '',
    policyUri: '',
    proof: 'jwks_uri',
  },
  ...{ jwksUri: '', jwks: '', assertionAlgorithm: '', idTokenAlgorithm: 'ES256', userinfoAlgorithm: '', acr: '' },
  ...{ isFapi2: false, pushesRequests: false, bindsTokens: false, refreshes: false, testedAs: '', note: '' },
};

/** The names of the fields in folded sections, of those that are open and of those that are closed. */
function foldsWith(more: Partial<RegistrationFormProps>): { open: string[]; closed: string[] } {
  const props = {
    csrf: '',
    action: '/console',
    checkAction: '/console',
    typed: EMPTY,
    isChange: false,
    testEntries: [],
    errors: [],
  };
  const page = String(registrationForm(textFor('en'), { ...props, findings: {}, isChecked: false, ...more }));
  const folds = [...page.matchAll(/<details class="form-fold"( open)?>(.*?)<\/details>/gs)];
  const namesIn = (isOpen: boolean) =>
    folds
      .filter(([, open]) => (open !== undefined) === isOpen)
      .flatMap(([, , inside = '']) => [...inside.matchAll(/ name="([^"]+)"/g)].map(([, name = '']) => name));
  return { open: namesIn(true), closed: namesIn(false) };
}

test('what few need is folded away, and what everybody needs is not', () => {
  const { open, closed } = foldsWith({});
  expect(open).toEqual([]);
  expect(closed).toEqual(expect.arrayContaining(['cors_origins', 'jwks', 'acr', 'fapi2']));
  for (const name of ['name_fa', 'redirect_uris', 'backchannel_logout_uri', 'proof', 'jwks_uri'])
    expect(closed).not.toContain(name);
});

test('a section in which something is wrong is open, and the others stay closed', () => {
  for (const field of foldsWith({}).closed.filter((name) => !/pushes|binds|refreshes/.test(name))) {
    const { open, closed } = foldsWith({ errors: [{ field, message: 'wrong' }] });
    expect(open, field).toContain(field);
    expect(closed.length, field).toBeGreaterThan(0);
    const findings = { [field]: [{ value: 'x', reason: 'wildcard' }] };
    expect(foldsWith({ findings }).open, field).toContain(field);
  }
});

test('whoever gives keys here finds the box for them open', () => {
  expect(foldsWith({ typed: { ...EMPTY, proof: 'jwks' } }).open).toContain('jwks');
});
