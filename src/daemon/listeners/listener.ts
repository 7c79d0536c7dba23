/** An HTTP listener on the loopback interface, on a Unix socket, or anywhere with a token. */

import { chmodSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { badOption, wordsOf } from '../../errors.js';
import { bind } from '../../worker/bind.js';
import type { ListenAddress } from '../../worker/listen-address.js';
import type { ListenerConfig } from '../config/schema.js';
import { answerUnreadable } from './bad-request.js';
import { Closing } from './closing.js';
import { Exchange, type ExchangeTerms, type ListenerName } from './exchange.js';
import { Gate } from './gate.js';
import { isLoopback, placeOf, shownAddress } from './place.js';
import { Problem, problem } from './problem.js';
import { TokenCheck } from './token.js';

/** As a request handler of the Fetch API, told of the exchange besides; hono's `app.fetch` is one. */
export type Handler = (request: Request, exchange: Exchange) => Response | Promise<Response>;

export type OpenListener = {
  /** `http://127.0.0.1:4100`, or `unix:/run/phx/api.sock`. */
  readonly address: string;
  readonly server: Server;
  /** Takes no more connections; who is being answered has a second for it, streams too. */
  close(): Promise<void>;
};

export type ListenerTerms = ExchangeTerms & {
  /** Told what a handler threw: it is answered 500, without its words. */
  readonly failed: (problem: unknown, id: string) => void;
  readonly limits?: Partial<ListenerLimits>;
};

/** Milliseconds, bytes, and a number of connections. */
export type ListenerLimits = {
  /** To send the headers, and all of the request: who is slower holds a connection that others need. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Longer than clients keep theirs, which then never write to one that is being closed. */
  readonly keepAliveTimeout: number;
  /** Without a byte leaving, while some wait: who reads a stream so has gone without a word. */
  readonly stallTimeout: number;
  readonly maxHeaderSize: number;
  readonly maxConnections: number;
};

const LIMITS: ListenerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  stallTimeout: 60_000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 1024,
};
/** Milliseconds of silence after which the system asks whether the other side is there still. */
const PROBE_AFTER = 30_000;
/** How often slow requests are looked for, in parts of the shorter timeout. */
const CHECKS = 10;
/** Its owner and its group may connect: an application in another container has the group in common. */
const SOCKET_MODE = 0o660;

/** Rejects with `PHX_BAD_OPTION` or `PHX_CREDENTIALS_FILE`: who configures it has to mend it. */
export async function openListener(
  name: ListenerName,
  config: ListenerConfig,
  handler: Handler,
  terms: ListenerTerms,
): Promise<OpenListener> {
  const place = placeOf(name, config);
  const token = await checkOf(name, config);
  const loopbackOnly = name !== 'probes' && token === null && 'port' in place;
  const gate = new Gate({
    token,
    loopbackOnly: loopbackOnly && isLoopback(place.host),
    linkable: name !== 'api',
  });
  const answer = answerer(name, gate, handler, terms);
  const server = serverOf(answer, { ...LIMITS, ...terms.limits });
  const closing = new Closing(server);
  const bound = await bindTo(name, server, place);
  return { address: shownAddress(bound), server, close: () => closing.close() };
}

async function checkOf(
  name: ListenerName,
  { tokenFile }: ListenerConfig,
): Promise<TokenCheck | null> {
  if (tokenFile === undefined || name === 'probes') return null;
  const check = new TokenCheck(tokenFile, name === 'admin' ? 'bearerOrBasic' : 'bearer');
  await check.token();
  return check;
}

async function bindTo(
  name: ListenerName,
  server: Server,
  place: ListenAddress,
): Promise<ListenAddress> {
  try {
    const bound = await bind(server, place);
    if ('path' in bound) chmodSync(bound.path, SOCKET_MODE);
    return bound;
  } catch (error) {
    throw badOption(`${name}.listen: ${wordsOf(error)}: choose another address`);
  }
}

function serverOf(answer: (request: Request) => Promise<Response>, limits: ListenerLimits): Server {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = limits;
  const connectionsCheckingInterval = Math.ceil(Math.min(headersTimeout, requestTimeout) / CHECKS);
  const times = { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval };
  const probes = { keepAlive: true, keepAliveInitialDelay: PROBE_AFTER };
  const listen = getRequestListener(answer, {
    overrideGlobalObjects: false,
    errorHandler: () => problem('API_BAD_REQUEST', 'the request names no proper host').response(''),
  });
  const server = createServer({ ...times, ...probes, maxHeaderSize }, (incoming, outgoing) => {
    cutWhenStalled(outgoing, limits.stallTimeout);
    void listen(incoming, outgoing);
  });
  server.maxConnections = limits.maxConnections;
  server.on('clientError', answerUnreadable);
  return server;
}

/** Node tells of a time in which nothing was read or written, also of a stream that has nothing to say. */
function cutWhenStalled(outgoing: ServerResponse, ms: number): void {
  outgoing.setTimeout(ms, () => {
    const { socket } = outgoing;
    if (socket !== null && socket.writableLength > 0) socket.destroy();
  });
}

function answerer(
  name: ListenerName,
  gate: Gate,
  handler: Handler,
  terms: ListenerTerms,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const exchange = new Exchange(name, request);
    try {
      const refusal = await gate.refusal(request);
      const response = refusal?.response(exchange.id) ?? (await handler(request, exchange));
      return exchange.end(response, terms);
    } catch (error) {
      if (!(error instanceof Problem)) terms.failed(error, exchange.id);
      return exchange.end(asProblem(error).response(exchange.id), terms);
    }
  };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return problem('API_INTERNAL', 'see its log, under this instance, and tell whoever runs it');
}
