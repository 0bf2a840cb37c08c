import type { ConsoleRoute } from '../console-route.ts';
import { organisationInPath } from '../console-route.ts';
import { createAskSteps } from './ask.ts';
import { createChangeSteps } from './change.ts';
import { createImportSteps } from './import.ts';
import { createListStep } from './list.ts';
import { createOrganisationHere, type OrganisationHereNeeds } from './organisation-here.ts';

export type OrganisationNeeds = OrganisationHereNeeds;

const PATH = '/console/organisations';
/** As many characters as a file of 10,000 organisations has, written as a form: Persian takes six for each letter. */
const LONGEST_FILE = 8 * 1024 * 1024;

export function organisationRoutes(needs: OrganisationNeeds): ConsoleRoute[] {
  const organisationHere = createOrganisationHere(needs);
  const list = createListStep(needs);
  const change = createChangeSteps({ ...needs, organisationHere });
  const importing = createImportSteps(needs);
  const ask = createAskSteps(needs);
  const one = `${PATH}/:organisation`;
  const about = organisationInPath;

  return [
    { method: 'GET', path: PATH, needs: 'organisations:read', answer: list },
    { method: 'GET', path: `${PATH}/import`, needs: 'organisations:import', answer: importing.show },
    {
      method: 'POST',
      path: `${PATH}/import`,
      needs: 'organisations:import',
      longestForm: LONGEST_FILE,
      answer: importing.submit,
    },
    { method: 'GET', path: one, needs: ['organisations:read', 'own-organisation:read'], about, answer: change.show },
    { method: 'POST', path: `${one}/stage`, needs: 'organisations:decide', about, answer: change.move },
    { method: 'POST', path: `${one}/contacts`, needs: 'own-organisation:change', about, answer: change.contacts },
    { method: 'POST', path: `${one}/domains`, needs: 'own-organisation:change', about, answer: change.domains },
    { method: 'GET', path: '/console/ask', needs: 'sign-in-alone', answer: ask.show },
    { method: 'POST', path: '/console/ask', needs: 'sign-in-alone', answer: ask.submit },
  ];
}
