/** The way of one dial through a proxy: CONNECT, by way of https-proxy-agent, which is loaded when a proxy is first used. */

import { Agent, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type * as Library from 'https-proxy-agent';
import type { Clock } from '../clock.js';
import { UsageError } from '../errors.js';
import { authorization, bareProxy, proxyTrust } from './proxy-access.js';
import {
  type ProxyAnswer,
  ProxyFailure,
  proxyShare,
  refusedByProxy,
  unansweredConnect,
  unreachable,
} from './proxy-failure.js';
import { describe } from './ws-ending.js';

type ProxyAgent = Library.HttpsProxyAgent<string>;
type Connect = ProxyAgent['connect'];
type ConnectOptions = Parameters<Connect>[1];

/** What Node calls of an agent, and no type has. */
type Adding = { addRequest(request: ClientRequest, options: object): void };

export type TunnelOptions = {
  readonly proxy: URL;
  readonly tls: ConnectionOptions | undefined;
  readonly clock: Clock;
  /** Milliseconds that the whole dial may take; undefined: somebody else sees to it. */
  readonly deadline: number | undefined;
};

/** One for each dial, so that no connection is used twice and all that it opened ends with it. */
export class Tunnel {
  /** For `ws`: of a whole agent it uses this. */
  readonly agent: Agent;
  readonly #proxy: URL;
  readonly #tls: ConnectionOptions;
  readonly #host: string;
  readonly #isSecure: boolean;
  readonly #clock: Clock;
  readonly #timer: unknown;
  readonly #abort = new AbortController();

  constructor(target: URL, { proxy, tls = {}, clock, deadline }: TunnelOptions) {
    this.#proxy = proxy;
    this.#tls = tls;
    this.#host = tls.servername || target.hostname.replace(/^\[(.*)\]$/, '$1');
    this.#isSecure = target.protocol === 'wss:';
    this.#clock = clock;
    if (deadline !== undefined) {
      const share = proxyShare(deadline);
      const late = unansweredConnect(share);
      this.#timer = clock.setTimeout(() => this.#abort.abort(late), share);
    }
    const addRequest = (request: ClientRequest, options: object): void => {
      void this.#add(request, options);
    };
    // Without a protocol it is taken for both.
    this.agent = Object.assign(new Agent(), { addRequest, protocol: '' });
  }

  /** Ends the connection to the proxy, also one that is being made. */
  release(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #add(request: ClientRequest, options: object): Promise<void> {
    try {
      const agent = await this.#load();
      this.#abort.signal.throwIfAborted();
      // The library would look for https in the stack, where an await has cut it off.
      const secured = { ...options, secureEndpoint: this.#isSecure };
      (agent as unknown as Adding).addRequest(request, secured);
    } catch (error) {
      request.emit('error', this.#failure(error));
    }
  }

  async #load(): Promise<ProxyAgent> {
    const { HttpsProxyAgent: Loaded } = await load(this.#proxy);
    const agent = new Loaded(bareProxy(this.#proxy), {
      ...proxyTrust(this.#proxy, this.#tls),
      headers: authorization(this.#proxy),
      signal: this.#abort.signal,
    });
    agent.connect = this.#guarded(agent.connect.bind(agent));
    return agent;
  }

  /** All that is thrown before the tunnel stands is the proxy's. */
  #guarded(connect: Connect): Connect {
    return async (request, options) => {
      try {
        let answer: ProxyAnswer | undefined;
        request.once('proxyConnect', (given: ProxyAnswer) => {
          answer = given;
        });
        request.once('proxy', ({ socket }: { readonly socket: Socket }) => {
          // A release tells the socket, too, when nobody else listens to it any more.
          socket.on('error', ignore);
          this.#judge(answer, socket);
        });
        return await connect(request, this.#identified(options));
      } catch (error) {
        throw this.#failure(error);
      }
    };
  }

  #failure(error: unknown): ProxyFailure {
    const { signal } = this.#abort;
    const cause: unknown = signal.aborted ? signal.reason : error;
    this.release();
    if (error instanceof ProxyFailure) return error;
    return unreachable(this.#proxy, describe(cause), cause);
  }

  /** Thrown here, it is what `connect` ends with: else the library would have the server refuse in the proxy's words. */
  #judge(answer: ProxyAnswer | undefined, socket: Socket): void {
    this.#clock.clearTimeout(this.#timer);
    if (answer === undefined || answer.statusCode === 200) return;
    socket.destroy();
    throw refusedByProxy(this.#proxy, answer);
  }

  /** Over a socket of another's, Node would compare the certificate with the proxy's name when the target is an address. */
  #identified(options: ConnectOptions): ConnectOptions {
    const host = this.#host;
    const identify: typeof checkServerIdentity = (_, certificate) =>
      checkServerIdentity(host, certificate);
    return { checkServerIdentity: identify, ...options } as ConnectOptions;
  }
}

/** Throws `ProxyFailure`, its `error` being `PHX_MISSING_DEPENDENCY`. */
async function load(proxy: URL): Promise<typeof Library> {
  try {
    return await import('https-proxy-agent');
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install https-proxy-agent';
    const message = `https-proxy-agent cannot be loaded; ${remedy}, or set websocket.proxy to false`;
    const error = new UsageError('PHX_MISSING_DEPENDENCY', message, { cause });
    throw unreachable(proxy, message, error);
  }
}

function ignore(): void {}
