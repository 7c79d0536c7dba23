/** Decides about a dial: which mount it is for, whether it may connect, and what the socket then is. */

import type { IncomingMessage } from 'node:http';
import { FORBIDDEN } from './connect.js';
import type { Connect, ConnectInfo, Refusal } from './connect.js';
import { queryParams } from './query-params.js';
import type { Params } from './query-params.js';
import { serializerFor } from './server-serializer.js';
import type { ServerSerializer } from './server-serializer.js';

/** A place in the endpoint where sockets connect. */
export type Mount = {
  readonly authToken: boolean;
  readonly deflate: boolean;
  /** Off in Phoenix unless asked for. */
  readonly longPoll: boolean;
  /** Milliseconds without a frame from the client before the server closes. */
  readonly idleTimeout: number;
};

/** What a request is for. */
export type Place = { readonly mount: Mount; readonly params: Params };

/** By path. */
export type Mounts = { readonly [path: string]: Mount };

export type Handshake = {
  readonly mount: Mount;
  readonly serializer: ServerSerializer;
  readonly params: Params;
  /** The topic of the "disconnect" broadcast: `users:` and the param `uid`, null without one. */
  readonly id: string | null;
  /** The subprotocol to answer with. */
  readonly protocol: string | null;
};

type Subprotocol = { readonly protocol: string | null; readonly authToken: string | null };

const SUBPROTOCOL = 'phoenix';
const BEARER = 'base64url.bearer.phx.';

const NOT_FOUND: Refusal = { status: 404, body: 'nf' };
export const BAD_REQUEST: Refusal = { status: 400 };
const BASE = 'http://double.invalid';
/** What a `connect` that throws is answered. */
export const CRASHED: Refusal = { status: 500, body: 'Internal Server Error' };

/** The mounts of the recorded server; each path is followed by `/websocket`, that of long poll also by `/longpoll`. */
export function mounts(idleTimeout: number, shortIdleTimeout: number): Mounts {
  const plain = { authToken: false, deflate: false, longPoll: false, idleTimeout };
  return {
    '/socket': { ...plain, authToken: true, longPoll: true },
    '/auth': { ...plain, authToken: true },
    '/short': { ...plain, idleTimeout: shortIdleTimeout },
    '/deflate': { ...plain, deflate: true },
  };
}

export async function negotiate(
  request: IncomingMessage,
  mounts: Mounts,
  connect: Connect,
): Promise<Handshake | Refusal> {
  const place = placeOf(request, mounts, 'websocket');
  if ('status' in place) return place;
  if (request.method !== 'GET') return BAD_REQUEST;
  const subprotocol = negotiateSubprotocol(place.mount, request.headers['sec-websocket-protocol']);
  return 'status' in subprotocol ? subprotocol : admit(request, place, subprotocol, connect);
}

/** The token is in a header, as it is. */
export function negotiateLongPoll(
  request: IncomingMessage,
  place: Place,
  connect: Connect,
): Promise<Handshake | Refusal> {
  const token = request.headers['x-phoenix-authtoken'];
  const authToken = place.mount.authToken && typeof token === 'string' ? token : null;
  return admit(request, place, { protocol: null, authToken }, connect);
}

/** Where a request leads to, or why to nowhere. */
export function placeOf(
  request: IncomingMessage,
  mounts: Mounts,
  transport: 'websocket' | 'longpoll',
): Place | Refusal {
  if (!URL.canParse(request.url ?? '/', BASE)) return BAD_REQUEST;
  const { pathname, search } = new URL(request.url ?? '/', BASE);
  const mount = mountAt(mounts, pathname, `/${transport}`);
  if (mount === undefined || (transport === 'longpoll' && !mount.longPoll)) return NOT_FOUND;
  return { mount, params: queryParams(search) };
}

async function admit(
  request: IncomingMessage,
  { mount, params }: Place,
  { protocol, authToken }: Subprotocol,
  connect: Connect,
): Promise<Handshake | Refusal> {
  const serializer = serializerFor(params['vsn']);
  if (serializer === undefined) return FORBIDDEN;
  const refusal = await ask(connect, { params, authToken, headers: visibleHeaders(request) });
  return refusal ?? { mount, serializer, params, id: socketId(params), protocol };
}

function mountAt(mounts: Mounts, pathname: string, suffix: string): Mount | undefined {
  if (!pathname.endsWith(suffix)) return undefined;
  const path = pathname.slice(0, -suffix.length);
  return Object.hasOwn(mounts, path) ? mounts[path] : undefined;
}

/** A mount without auth token answers no subprotocol whatever was offered; one with it admits only `phoenix`. */
function negotiateSubprotocol(mount: Mount, header: string | undefined): Subprotocol | Refusal {
  if (!mount.authToken || header === undefined) return { protocol: null, authToken: null };
  const offered = header.split(',').map((name) => name.trim());
  const named = offered.filter((name) => !name.startsWith(BEARER));
  if (named.length > 0 && !named.includes(SUBPROTOCOL)) return FORBIDDEN;
  const protocol = named.length > 0 ? SUBPROTOCOL : null;
  const bearers = offered.filter((name) => name.startsWith(BEARER));
  // Of two tokens Phoenix sees none.
  if (bearers.length !== 1) return { protocol, authToken: null };
  const authToken = decodeToken(bearers[0] ?? '');
  return authToken === undefined ? CRASHED : { protocol, authToken };
}

/** The standard alphabet, in spite of the prefix: `-` and `_` crash the handshake. */
function decodeToken(bearer: string): string | undefined {
  const base64 = bearer.slice(BEARER.length).replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(base64) || base64.length % 4 === 1) return undefined;
  return Buffer.from(base64, 'base64').toString('utf8');
}

async function ask(connect: Connect, info: ConnectInfo): Promise<Refusal | undefined> {
  try {
    return (await connect(info)) ?? undefined;
  } catch {
    return CRASHED;
  }
}

function visibleHeaders({ headers }: IncomingMessage): { [name: string]: string } {
  const visible = /^(?:x-.*|sec-websocket-.*|user-agent|traceparent|tracestate)$/;
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => visible.test(name))
      .map(([name, value]) => [name, String(value)]),
  );
}

function socketId(params: Params): string | null {
  return typeof params['uid'] === 'string' ? `users:${params['uid']}` : null;
}
