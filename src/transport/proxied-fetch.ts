/** A `fetch` that goes through a proxy and knows certificates, by way of undici, which is loaded when it is first needed. */

import { isIP } from 'node:net';
import type * as Undici from 'undici';
import type { Clock } from '../clock.js';
import { UsageError } from '../errors.js';
import { authorization, bareProxy, proxyTrust } from './proxy-access.js';
import { proxyFor } from './proxy-choice.js';
import {
  ProxyFailure,
  proxyShare,
  refusedByProxy,
  unansweredConnect,
  unreachable,
} from './proxy-failure.js';
import { warnIfUnverified } from './unverified.js';
import { describe } from './ws-ending.js';
import type { WebSocketOptions } from './ws-options.js';

export type Fetch = typeof globalThis.fetch;

export type ProxiedOptions = Pick<WebSocketOptions, 'proxy' | 'tls'> & {
  /** Milliseconds that a dial may take. */
  readonly connectTimeout: number;
};

/**
 * Makes the `fetch` of one dial: Node's own where there is neither a proxy nor a TLS option, as `websocket` and the environment
 * say. Rejects with `PHX_BAD_OPTION` for what is no proxy, with `PHX_MISSING_DEPENDENCY` where undici is not installed, and as
 * undici does for all else: what goes wrong at a proxy is a `ProxyFailure` in the `cause`. Connections are kept for the next
 * request, never for long; they end with the first request that is aborted, also those that are being made.
 */
export function fetchBy(options: ProxiedOptions, clock: Clock): () => Fetch {
  const { proxy: option, tls } = options;
  warnIfUnverified(tls);
  return () => {
    const patience = new Patience(proxyShare(options.connectTimeout), clock);
    let dispatcher: Undici.Dispatcher | null = null;
    return async (input, init) => {
      const target = new URL(input instanceof Request ? input.url : input);
      const proxy = proxyFor(target, option, process.env);
      if (proxy === null && tls === undefined) return fetch(input, init);
      const undici = await load();
      const way = (dispatcher ??= dispatcherFor(undici, proxy, tls, patience));
      const answer = (undici.fetch as unknown as DispatchedFetch)(input, {
        ...init,
        dispatcher: way,
      });
      // Heard after undici has: what is aborted is said to be that.
      init?.signal?.addEventListener('abort', () => void way.destroy().catch(ignore), {
        once: true,
      });
      return answer;
    };
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
  tls: ProxiedOptions['tls'],
  patience: Patience,
): Undici.Dispatcher {
  if (proxy === null) return new Agent({ connect: { ...tls } as object });
  return new ProxyAgent({
    uri: bareProxy(proxy),
    headers: authorization(proxy),
    proxyTunnel: true,
    clientFactory: (origin, { connect }: { readonly connect: Connector }) =>
      guarded(new Pool(origin, { connect: unnamed(connect) }), proxy, patience),
    proxyTls: proxyTrust(proxy, tls) as object,
    ...(tls !== undefined && { requestTls: { ...tls } as object }),
  });
}

type Connector = Undici.buildConnector.connector;

/** undici gives the proxy's address for a TLS server name, where RFC 6066 (3) allows no IP address. */
function unnamed(connect: Connector): Connector {
  return (options, callback) => {
    const name = options.servername ?? '';
    const isAddress = isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
    connect({ ...options, servername: isAddress ? '' : name }, callback);
  };
}

/** How long a proxy may take for CONNECT: the first one is part of the dial, which began before undici was loaded. */
class Patience {
  readonly #ms: number;
  readonly #clock: Clock;
  #until: number | null;

  constructor(ms: number, clock: Clock) {
    this.#ms = ms;
    this.#clock = clock;
    this.#until = clock.monotonic() + ms;
  }

  /** Gives what is to be called when the answer is there. */
  begin(abort: AbortController): () => void {
    const now = this.#clock.monotonic();
    const left = Math.max(0, (this.#until ?? now + this.#ms) - now);
    this.#until = null;
    const giveUp = (): void => abort.abort(unansweredConnect(this.#ms));
    const timer = this.#clock.setTimeout(giveUp, left);
    return () => this.#clock.clearTimeout(timer);
  }
}

/** The way to the proxy itself: all that goes wrong on it is the proxy's. undici tells a refusal in words alone. */
function guarded(pool: Undici.Pool, proxy: URL, patience: Patience): Undici.Pool {
  const ask: (options: ConnectOptions) => Promise<Tunneled> = pool.connect.bind(pool);
  const connect = async (options: ConnectOptions): Promise<Tunneled> => {
    const abort = new AbortController();
    const answered = patience.begin(abort);
    try {
      const tunneled = await ask({ ...options, signal: abort.signal });
      if (tunneled.statusCode !== 200) throw refused(proxy, tunneled);
      return tunneled;
    } catch (error) {
      if (error instanceof ProxyFailure) throw error;
      throw unreachable(proxy, describe(error), error);
    } finally {
      answered();
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
