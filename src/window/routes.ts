import Router from '@koa/router';
import { RETURN_PATH } from '#protocol/own-client.ts';
import { BOARD_PATH, type BoardNeeds, createBoardSteps } from './board.ts';
import { createEnterSteps } from './enter.ts';
import { createHomeStep, type HomeNeeds } from './home.ts';
import { createOpenStep, type OpenNeeds } from './open.ts';

/** The front door: what this is, and every connected service. */
export function windowRoutes(needs: HomeNeeds & OpenNeeds & BoardNeeds): Router {
  const enter = createEnterSteps(needs);
  const board = createBoardSteps(needs);

  return new Router()
    .get('/', createHomeStep(needs).show)
    .get('/open/:clientId', createOpenStep(needs).go)
    .get(BOARD_PATH, board.show)
    .get(`${BOARD_PATH}/organisations.csv`, board.organisations)
    .get(`${BOARD_PATH}/days.csv`, board.days)
    .get('/enter', enter.go)
    .get(RETURN_PATH, enter.arrive);
}
