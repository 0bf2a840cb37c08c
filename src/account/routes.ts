import Router from '@koa/router';
import { createSessionsStep, type SessionsNeeds } from './sessions.ts';

/** The citizen's own pages. */
export function accountRoutes(needs: SessionsNeeds): Router {
  const sessions = createSessionsStep(needs);

  return new Router().get('/account/sessions', sessions.show).post('/account/sessions', sessions.submit);
}
