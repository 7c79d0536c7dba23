/** The API: its routes, and those of other parts, under one document. */

import type { ApiConfig } from '../config/schema.js';
import type { Delivery } from '../deliveries/delivery.js';
import { problem, type Problem } from '../listeners/problem.js';
import type { Desk } from '../pushes/desk.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import { type ApiApp, type ApiContext, newApp, routed } from './app.js';
import { channelRoutes } from './channel-routes.js';
import { controlRoutes } from './control-routes.js';
import { serveDocument } from './document.js';
import { pushRoutes } from './push-routes.js';
import { termsOf } from './terms.js';

export type ApiParts = {
  readonly sidecar: Sidecar;
  readonly desk: Desk;
  readonly deliveries: readonly Delivery[];
  readonly config: ApiConfig;
  readonly version: string;
  /** Ends the daemon as SIGTERM does; does not wait for that. */
  readonly drain: () => void;
};

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** `sections`: routes of others, each an app made by `newApp`, whose paths are whole. Its `fetch` is a listener's handler. */
export function apiOf(parts: ApiParts, sections: readonly ApiApp[] = []): ApiApp {
  const app = newApp();
  const terms = termsOf(parts.config);
  app.use(routed);
  const own = [pushRoutes(parts, terms), channelRoutes(parts, terms), controlRoutes(parts)];
  for (const section of [...own, ...sections]) app.route('/', section);
  serveDocument(app, parts.version);
  app.notFound((c) => nothingAt(app, c).response(c.env.id));
  return app;
}

function nothingAt(app: ApiApp, c: ApiContext): Problem {
  const allowed = METHODS.filter((method) => isRoute(app, method, c.req.path));
  if (allowed.length === 0)
    return problem('API_NO_ROUTE', 'see /openapi.json for what there is, and how it is written');
  const allow = allowed.join(', ');
  return problem('API_BAD_METHOD', `use ${allow}`, { headers: { allow } });
}

function isRoute(app: ApiApp, method: string, path: string): boolean {
  const [matched] = app.router.match(method, path);
  return matched.some(([[, route]]) => !route.path.endsWith('*'));
}
