/** The routes by which an application gets events: streams, pulls, acknowledgements, consumers. */

import { type ApiApp, newApp } from './app.js';
import type { EventParts } from './event-parts.js';
import { serveAcks, serveConsumers, servePulls } from './pull-routes.js';
import { serveStreams } from './stream-route.js';

/** A section of the API. */
export function eventRoutes(parts: EventParts): ApiApp {
  const app = newApp();
  serveStreams(app, parts);
  servePulls(app, parts);
  serveAcks(app, parts);
  serveConsumers(app, parts);
  return app;
}
