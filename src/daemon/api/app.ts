/** What every part of the API is built on: an app whose refusals are problems, and whose routes are told to the exchange. */

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { TrieRouter } from 'hono/router/trie-router';
import type { Exchange } from '../listeners/exchange.js';
import { problem, type Problem } from '../listeners/problem.js';
import { invalid, plain } from './invalid.js';
import { asProblem } from './problems.js';

export type ApiEnv = { Bindings: Exchange };
export type ApiApp = OpenAPIHono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;

/**
 * An app of its own, to be mounted by `apiOf`. What `app.openapi` finds wrong with params and query is a problem, and so is
 * whatever a handler throws.
 */
export function newApp(): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({
    // A path such as `/v1/push:batch` has no parameter: other routers see one wherever a colon is.
    router: new TrieRouter(),
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error.issues.map(plain));
    },
  });
  app.onError((error, c) => problemOf(error).response(c.env.id));
  return app;
}

/** Says to the exchange which route it took. */
export const routed: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const path = routePath(c, -1);
  if (!path.endsWith('*')) c.env.took(path);
};

/** What is none of these is the daemon's own fault, and the listener's to tell. */
function problemOf(error: unknown): Problem {
  if (error instanceof HTTPException) return problem('API_BAD_REQUEST', error.message);
  const known = asProblem(error);
  if (known === null) throw error;
  return known;
}
