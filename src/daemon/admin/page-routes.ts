/** The live page: its files, what it is told as it happens, and what its buttons do. */

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { asProblem } from '../api/problems.js';
import type { Exchange } from '../listeners/exchange.js';
import { problem } from '../listeners/problem.js';
import { History } from './history.js';
import { LiveFeed } from './live-feed.js';
import { liveView, sampleOf } from './live-view.js';
import { type Asset, assetsIn } from './page-assets.js';
import { isCommand, orderIn, type PageControl, pushOf } from './page-control.js';
import { refusalOf } from './page-guard.js';
import type { Snapshot } from './snapshot.js';

type PageEnv = { Bindings: Exchange };
type PageContext = Context<PageEnv>;

export type PageTerms = {
  readonly snapshot: () => Snapshot;
  /** Yields whenever something has changed: `client.changes` is one. */
  readonly changes: () => AsyncIterable<unknown>;
  /** Null: the page only shows. */
  readonly control: PageControl | null;
  /** Where the compiled files are; told by tests. */
  readonly assets?: URL;
};

export type Page = {
  readonly routes: Hono<PageEnv>;
  /** Keeps the last minutes from now on. */
  start(): void;
  /** Ends those who read it. */
  stop(): void;
};

const MAX_BODY = 1024 * 1024;
const MAX_FILTER = 200;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export function livePage({ snapshot, changes, control, assets }: PageTerms): Page {
  const files = assetsIn(assets ?? new URL('page/', import.meta.url));
  const history = new History(() => sampleOf(snapshot()));
  const feed = new LiveFeed({ changes });
  const routes = newRoutes();
  routes.get('/', (c) => fileNamed('index.html', files, c));
  routes.get('/page/:name', (c) => fileNamed(c.req.param('name'), files, c));
  routes.get('/live', (c) => {
    const filter = (c.req.query('topic') ?? '').slice(0, MAX_FILTER);
    return live(
      feed.open(() => JSON.stringify(liveView(snapshot(), history.list(), filter))),
      c,
    );
  });
  if (control !== null) controlled(routes, control);
  return {
    routes,
    start: () => history.start(),
    stop: () => {
      history.stop();
      feed.close();
    },
  };
}

/** What a handler throws is a problem as the API's are; each answer has the policy, and says which route it is of. */
function newRoutes(): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  routes.onError((error, c) => {
    const known = asProblem(error);
    if (known === null) throw error;
    return known.response(c.env.id);
  });
  routes.notFound(() => {
    throw problem('API_NO_ROUTE', 'look at / or at the documentation for what there is');
  });
  routes.use(async (c, next) => {
    await next();
    const path = routePath(c);
    if (!path.endsWith('*')) c.env.took(path);
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  return routes;
}

function fileNamed(name: string, files: ReadonlyMap<string, Asset>, c: PageContext): Response {
  const file = files.get(name);
  if (file === undefined) throw problem('API_NO_ROUTE', 'there is no such file');
  const headers = { 'content-type': file.type, etag: file.tag, 'cache-control': 'no-cache' };
  if (c.req.header('if-none-match') === file.tag) return c.body(null, 304, headers);
  return c.body(file.bytes, 200, headers);
}

function live(stream: ReadableStream<Uint8Array> | null, c: PageContext): Response {
  if (stream === null) {
    const headers = { 'retry-after': '10' };
    throw problem('API_BUSY', 'too many pages are open: close one', { headers });
  }
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  return c.body(stream, 200, headers);
}

function controlled(routes: Hono<PageEnv>, control: PageControl): void {
  const limit = bodyLimit({
    maxSize: MAX_BODY,
    onError: () => {
      throw problem('API_TOO_LARGE', `the body is longer than ${MAX_BODY} bytes: push less`);
    },
  });
  routes.use('/control/*', limit, async (c, next) => {
    const refusal = refusalOf(c.req.raw);
    if (refusal !== null) throw refusal;
    await next();
  });
  routes.post('/control/push', async (c) => {
    const order = orderIn(await c.req.json().catch(() => null));
    if (typeof order === 'string') throw problem('API_INVALID', order);
    return c.json(await pushOf(order, control), 200, { 'cache-control': 'no-store' });
  });
  routes.post('/control/:command', (c) => {
    const command = c.req.param('command');
    if (!isCommand(command)) throw problem('API_NO_ROUTE', 'there is no such command');
    control.commands[command]();
    return c.body(null, 204);
  });
}
