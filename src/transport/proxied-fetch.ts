/** A `fetch` that goes through a proxy and knows certificates, by way of undici, which is loaded when it is first needed. */

import type { ConnectionOptions } from 'node:tls';
import type * as Undici from 'undici';
import { UsageError } from '../errors.js';
import { authorization, bareProxy, proxyTrust } from './proxy-access.js';
import { proxyFor } from './proxy-choice.js';
import { ProxyFailure, refusedByProxy, unreachable } from './proxy-failure.js';
import { warnIfUnverified } from './unverified.js';
import { describe } from './ws-ending.js';
import type { WebSocketOptions } from './ws-options.js';

export type Fetch = typeof globalThis.fetch;

/**
 * Node's own `fetch` where there is neither a proxy nor a TLS option, as `websocket` and the environment say at each
 * request. Rejects with `PHX_BAD_OPTION` for what is no proxy, with `PHX_MISSING_DEPENDENCY` where undici is not installed, and as
 * undici does for all else: what goes wrong at a proxy is a `ProxyFailure` in the `cause`. Connections are kept for the next
 * request, never for long.
 */
export function fetchBy({ proxy: option, tls }: Pick<WebSocketOptions, 'proxy' | 'tls'>): Fetch {
  warnIfUnverified(tls);
  const dispatchers = new Map<string, Undici.Dispatcher>();
  return async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    const proxy = proxyFor(target, option, process.env);
    if (proxy === null && tls === undefined) return fetch(input, init);
    const undici = await load();
    const key = proxy?.href ?? '';
    const dispatcher = dispatchers.get(key) ?? dispatcherFor(undici, proxy, tls);
    dispatchers.set(key, dispatcher);
    return (undici.fetch as unknown as DispatchedFetch)(input, { ...init, dispatcher });
  };
}

type ConnectOptions = Undici.Dispatcher.ConnectOptions;
type Tunneled = Undici.Dispatcher.ConnectData;

/** The types of Node's `fetch` are those of another version of undici. */
type DispatchedFetch = (
  input: Parameters<Fetch>[0],
  init: object & { readonly dispatcher: Undici.Dispatcher },
) => Promise<Response>;

function dispatcherFor(
  { Agent, Pool, ProxyAgent }: typeof Undici,
  proxy: URL | null,
  tls: ConnectionOptions | undefined,
): Undici.Dispatcher {
  if (proxy === null) return new Agent({ connect: { ...tls } as object });
  return new ProxyAgent({
    uri: bareProxy(proxy),
    headers: authorization(proxy),
    proxyTunnel: true,
    clientFactory: (origin, options) =>
      guarded(new Pool(origin, { ...options, headersTimeout: CONNECT_TIMEOUT }), proxy),
    proxyTls: proxyTrust(proxy, tls) as object,
    ...(tls !== undefined && { requestTls: { ...tls } as object }),
  });
}

/** Milliseconds that a proxy may take to answer CONNECT, also when nobody waits for it any more: undici's own are 300 000. */
const CONNECT_TIMEOUT = 10_000;

/** The way to the proxy itself: all that goes wrong on it is the proxy's. undici tells a refusal in words alone. */
function guarded(pool: Undici.Pool, proxy: URL): Undici.Pool {
  const ask: (options: ConnectOptions) => Promise<Tunneled> = pool.connect.bind(pool);
  const connect = async (options: ConnectOptions): Promise<Tunneled> => {
    try {
      const tunneled = await ask(options);
      if (tunneled.statusCode !== 200) throw refused(proxy, tunneled);
      return tunneled;
    } catch (error) {
      if (error instanceof ProxyFailure) throw error;
      throw unreachable(proxy, describe(error), error);
    }
  };
  return Object.assign(pool, { connect });
}

function refused(proxy: URL, { socket, statusCode, headers }: Tunneled): ProxyFailure {
  socket.on('error', ignore).destroy();
  return refusedByProxy(proxy, { statusCode, statusText: '', headers: { ...headers } });
}

function ignore(): void {}

async function load(): Promise<typeof Undici> {
  try {
    return await import('undici');
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install undici';
    const message = `undici cannot be loaded, which a proxy and websocket.tls need here; ${remedy}`;
    throw new UsageError('PHX_MISSING_DEPENDENCY', message, { cause });
  }
}
