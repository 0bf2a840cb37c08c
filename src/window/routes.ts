import Router from '@koa/router';
import { createHomeStep, type HomeNeeds } from './home.ts';
import { createOpenStep, type OpenNeeds } from './open.ts';

/** The front door: what this is, and every connected service. */
export function windowRoutes(needs: HomeNeeds & OpenNeeds): Router {
  return new Router().get('/', createHomeStep(needs).show).get('/open/:clientId', createOpenStep(needs).go);
}
