/** The live page: its files, what it is told as it happens, and what its buttons do. */

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { History } from './history.js';
import { LiveFeed } from './live-feed.js';
import { liveView, sampleOf } from './live-view.js';
import { type Asset, assetsIn } from './page-assets.js';
import { failureOf, isCommand, orderIn, type PageControl, pushOf } from './page-control.js';
import { isBelieved, refusalOf } from './page-guard.js';
import type { Snapshot } from './snapshot.js';

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
  readonly routes: Hono;
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
  const routes = new Hono();
  routes.use(guarded);
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

async function guarded(c: Context, next: () => Promise<void>): Promise<Response | undefined> {
  if (!isBelieved(c.req.raw)) {
    return problem(c, 421, 'the host is a name: use localhost or an address, or a token');
  }
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  return undefined;
}

function fileNamed(name: string, files: ReadonlyMap<string, Asset>, c: Context): Response {
  const file = files.get(name);
  if (file === undefined) return problem(c, 404, 'there is no such file');
  const headers = { 'content-type': file.type, etag: file.tag, 'cache-control': 'no-cache' };
  if (c.req.header('if-none-match') === file.tag) return c.body(null, 304, headers);
  return c.body(file.bytes, 200, headers);
}

function live(stream: ReadableStream<Uint8Array> | null, c: Context): Response {
  if (stream === null) {
    c.header('retry-after', '10');
    return problem(c, 503, 'too many pages are open: close one');
  }
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  return c.body(stream, 200, headers);
}

function controlled(routes: Hono, control: PageControl): void {
  const limit = bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => problem(c, 413, `the body is longer than ${MAX_BODY} bytes: push less`),
  });
  routes.use('/control/*', limit, async (c, next) => {
    const refusal = refusalOf(c.req.raw);
    if (refusal !== null) return problem(c, 403, refusal);
    return next();
  });
  routes.post('/control/push', async (c) => {
    const order = orderIn(await c.req.json().catch(() => null));
    if (typeof order === 'string') return problem(c, 400, order);
    return c.json(await pushOf(order, control), 200, { 'cache-control': 'no-store' });
  });
  routes.post('/control/:command', (c) => {
    const command = c.req.param('command');
    if (!isCommand(command)) return problem(c, 404, 'there is no such command');
    try {
      control[command]();
    } catch (error) {
      return problem(c, 409, failureOf(error).error);
    }
    return c.body(null, 204);
  });
}

/** RFC 9457. */
function problem(
  c: Context,
  status: 400 | 403 | 404 | 409 | 413 | 421 | 503,
  detail: string,
): Response {
  return c.json({ type: 'about:blank', status, detail }, status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
}
