import type { Text } from '../text.ts';

export const errors: Text['errors'] = {
  kinds: {
    'not-found': {
      heading: 'Page not found',
      whatToDo: 'Check the address. If you followed a link, go back to that site and try again.',
    },
    'bad-request': {
      heading: 'This request is incomplete',
      whatToDo: 'Go back to the site you came from and start again there.',
    },
    'form-expired': {
      heading: 'This form is no longer valid',
      whatToDo: 'Go back one page, reload it and send the form again.',
    },
    'not-allowed': {
      heading: 'You may not see this page',
      whatToDo: 'If you need another account here, sign out of the present one first.',
    },
    'relying-party': {
      heading: 'The university’s request was not right',
      whatToDo:
        'You did nothing wrong. Go back to the university’s site; if this happens again, give the reference number below to its support.',
    },
    busy: {
      heading: 'The service is very busy',
      whatToDo: 'Wait a minute and try again. Nothing you did is lost.',
    },
    unavailable: {
      heading: 'The service is not available at the moment',
      whatToDo: 'Try again in a few minutes. There is nothing else you need to do.',
    },
    unexpected: {
      heading: 'Something went wrong on our side',
      whatToDo: 'Try again. If it happens again, give the reference number below to your university’s support.',
    },
  },
  reference: 'Reference number',
  forEngineers: 'For engineers',
  errorCode: 'Error code',
  errorDetail: 'Technical description',
};
