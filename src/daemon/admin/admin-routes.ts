/** The admin listener: probes, metrics, and what an operator may look at; the page is mounted beside it. */

import { wordsOf } from '../../errors.js';
import type { Exchange } from '../listeners/exchange.js';
import type { Handler } from '../listeners/listener.js';
import { problem } from '../listeners/problem.js';
import type { Scraped } from '../metrics/daemon-metrics.js';
import { type Answer, healthOf, type Probed, readinessOf, startOf } from './probe-answers.js';
import type { Snapshot } from './snapshot.js';

export type AdminParts = Probed & {
  readonly version: string;
  /** What `/readyz` asks for when it is asked without `strict`. */
  readonly isStrict: () => boolean;
  readonly metrics: Scraped;
  readonly snapshot: () => Snapshot;
  /** Redacted, with the origin of each value. */
  readonly config: () => object;
  /** The API's document. */
  readonly openApi: (exchange: Exchange) => Response | Promise<Response>;
  /** What else is served: the page. Null: it has no such route. */
  readonly rest: (request: Request, exchange: Exchange) => Promise<Response> | Response | null;
};

type Route = (url: URL, exchange: Exchange) => Response | Promise<Response>;
type Routes = { readonly [path: string]: Route };

const READS = ['GET', 'HEAD'];

export function adminHandler(parts: AdminParts): Handler {
  const routes = { ...probeRoutes(parts), ...operatorRoutes(parts) };
  return (request, exchange) =>
    routed(routes, request, exchange) ?? parts.rest(request, exchange) ?? notFound();
}

/** Nothing but what a probe needs, for whoever may connect. */
export function probesHandler(parts: AdminParts): Handler {
  const routes = probeRoutes(parts);
  return (request, exchange) => routed(routes, request, exchange) ?? notFound();
}

function probeRoutes(parts: AdminParts): Routes {
  return {
    '/healthz': () => told(healthOf(parts)),
    '/readyz': ({ searchParams }) => {
      const strict = parts.isStrict() || isSet(searchParams, 'strict');
      return told(readinessOf(parts, { strict, verbose: isSet(searchParams, 'verbose') }));
    },
    '/startupz': () => told(startOf(parts)),
    '/metrics': () => scraped(parts.metrics),
  };
}

function operatorRoutes(parts: AdminParts): Routes {
  const { version } = parts;
  return {
    '/version': () => Response.json({ name: 'gen-socket-client', version, node: process.version }),
    '/openapi.json': (_, exchange) => parts.openApi(exchange),
    '/debug/config': () => Response.json(parts.config()),
    '/debug/timeline': () => Response.json(parts.snapshot().timeline),
    '/debug/snapshot': () => Response.json(parts.snapshot()),
  };
}

function routed(
  routes: Routes,
  request: Request,
  exchange: Exchange,
): Response | Promise<Response> | null {
  const url = new URL(request.url);
  const path = url.pathname;
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return null;
  exchange.took(path);
  if (READS.includes(request.method)) return route(url, exchange);
  const headers = { allow: READS.join(', ') };
  throw problem('API_BAD_METHOD', `${path} can only be read: use GET`, { headers });
}

function notFound(): never {
  throw problem('API_NO_ROUTE', 'look at / or at the documentation for what there is');
}

function told({ ok, body }: Answer): Response {
  return Response.json(body, { status: ok ? 200 : 503 });
}

async function scraped(metrics: Scraped): Promise<Response> {
  try {
    const headers = { 'content-type': metrics.contentType };
    return new Response(await metrics.metrics(), { headers });
  } catch (error) {
    throw problem('API_INTERNAL', `the metrics cannot be read: ${wordsOf(error)}`);
  }
}

/** `?strict`, `?strict=1` and `?strict=true` alike. */
function isSet(params: URLSearchParams, name: string): boolean {
  return ['', '1', 'true'].includes(params.get(name) ?? 'absent');
}
