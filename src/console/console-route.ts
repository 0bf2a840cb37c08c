import type { Context } from 'koa';
import type { Permission } from '#operators/permissions.ts';
import type { Form } from '#platform/http/form.ts';
import type { OperatorHere } from './operator-here.ts';

/**
 * One row of the console's table of routes. The permission stands beside the path, and guard.ts asks for it before the
 * answer is made; a row cannot leave it out.
 */
export type ConsoleRoute = {
  method: 'GET' | 'POST';
  /** Begins with `/console`; what is `:named` is in `ctx.params`. */
  path: string;
  /** One of several is enough. `sign-in-alone` is for citizens without a role: whoever proved who they are. */
  needs: Permission | readonly Permission[] | 'sign-in-alone';
  /**
   * The id of the organisation that the request is about, by which staff are let in. Undefined where there is no such
   * thing: staff read the same refusal then as for one of somebody else.
   */
  about?(ctx: Context, here: OperatorHere): string | undefined | Promise<string | undefined>;
  /** For files that are sent along; characters. A form of the usual size where it is not set. */
  longestForm?: number;
  /** The form is that of a POST, and was sent by a page of this session. */
  answer(ctx: Context, here: OperatorHere, form: Form): Promise<void>;
};

/** What stands in the path at `:name`. */
export function inPath(ctx: Context, name: string): string {
  const value: unknown = ctx.params[name];
  return typeof value === 'string' ? value : '';
}

/** A row about the organisation that its path names. */
export const organisationInPath = (ctx: Context): string => inPath(ctx, 'organisation');

/** One value of the query; '' where there is none or more than one. */
export function inQuery(ctx: Context, name: string): string {
  const value = ctx.query[name];
  return typeof value === 'string' ? value : '';
}
