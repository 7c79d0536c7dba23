/** The WebSocket transport, over `ws`: each dial from its first request to its one `closed`. */

import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Clock } from '../clock.js';
import { authProtocols } from '../protocol/auth-token.js';
import { lost, type Close } from '../protocol/close.js';
import type { Frame } from '../protocol/serializer.js';
import { closeFrame } from './close-frame.js';
import { proxyFor } from './proxy-choice.js';
import { redirectFrom, type Hop } from './redirect.js';
import type { Connection, DialRequest, Transport, TransportSink } from './transport.js';
import { Tunnel } from './tunnel.js';
import { warnIfUnverified } from './unverified.js';
import { UpgradeRefusal } from './upgrade-refusal.js';
import { WriteBatch } from './write-batch.js';
import { WriteStall } from './write-stall.js';
import type { WebSocketOptions } from './ws-options.js';
import {
  asEnded,
  authTokenDisabled,
  byPeer,
  dialFailure,
  failureOf,
  networkFailure,
  type Stage,
} from './ws-ending.js';

export type { WebSocketOptions } from './ws-options.js';

/** There is no deadline for the handshake here: it is the caller's, who aborts the signal or terminates. */
export function wsTransport(options: Partial<Settings>, clock: Clock): Transport {
  const settings: Settings = { ...DEFAULTS, ...options };
  warnIfUnverified(options.tls);
  return {
    name: 'websocket',
    dial: (request, sink) => dial({ settings, clock, request, sink }),
  };
}

const DEFAULTS = {
  maxPayload: 16 * 1024 * 1024,
  redirects: 0,
  deflate: false,
  writeTimeout: 10_000,
  closeTimeout: 1000,
};

/** `connectTimeout` is the caller's own: a proxy that would let it pass is told from a server that does. */
type Settings = typeof DEFAULTS & WebSocketOptions & { readonly connectTimeout?: number };

type Dial = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly request: DialRequest;
  readonly sink: TransportSink;
};

type Session = Dial & {
  hop: Hop;
  /** Null when the dial failed before its request. */
  ws: WebSocket | null;
  /** Null: no proxy. */
  tunnel: Tunnel | null;
  /** The first cause known. While it is null, the end will be what the peer makes it. */
  ending: Close | null;
  refusal: UpgradeRefusal | null;
  stage: Stage;
  batch: WriteBatch | null;
  paused: boolean;
  onAbort: () => void;
};

class WsConnection implements Connection {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get bufferedAmount(): number {
    return this.#session.ws?.bufferedAmount ?? 0;
  }

  send(frame: Frame): void {
    const { ws, batch } = this.#session;
    if (ws?.readyState !== WebSocket.OPEN) return;
    batch?.begin();
    ws.send(frame);
  }

  pause(): void {
    this.#session.paused = true;
    whenOpen(this.#session)?.pause();
  }

  resume(): void {
    this.#session.paused = false;
    whenOpen(this.#session)?.resume();
  }

  close(code: number, reason: string): void {
    hangUp(this.#session, { cause: 'requested', ...closeFrame(code, reason), status: null });
  }

  terminate(): void {
    end(this.#session, lost('requested', 'terminated by this side'));
  }
}

function dial(dialed: Dial): Connection {
  const { url, headers, signal } = dialed.request;
  const session: Session = {
    ...dialed,
    hop: { target: url, headers, protocols: [], followed: 0 },
    ws: null,
    tunnel: null,
    ending: null,
    refusal: null,
    stage: 'dialed',
    batch: null,
    paused: false,
    onAbort: ignore,
  };
  session.onAbort = onAbort.bind(session);
  signal.addEventListener('abort', session.onAbort, { once: true });
  start(session);
  return new WsConnection(session);
}

function start(session: Session): void {
  const { authToken, signal } = session.request;
  if (signal.aborted) return report(session, lost('requested', 'aborted before it was dialed'));
  try {
    const protocols = authToken === null ? [] : authProtocols(authToken);
    session.hop = { ...session.hop, protocols };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the auth token cannot be sent';
    return report(session, lost('credentials', reason, error));
  }
  connect(session);
}

/** A header or an agent that Node refuses is thrown by the constructor; after a redirect it may be the server's doing. */
function connect(session: Session): void {
  const { target, protocols, followed } = session.hop;
  try {
    session.tunnel = tunnelTo(session);
    session.ws = new WebSocket(target, [...protocols], optionsOf(session));
  } catch (error) {
    return report(session, followed === 0 ? dialFailure(error) : networkFailure(error));
  }
  listen(session, session.ws);
}

function tunnelTo({ hop: { target }, settings, clock }: Session): Tunnel | null {
  const { agent, proxy: option, tls, connectTimeout } = settings;
  const proxy = agent === undefined ? proxyFor(target, option, process.env) : null;
  if (proxy === null) return null;
  return new Tunnel(target, { proxy, tls, clock, deadline: connectTimeout });
}

/**
 * No `origin`: a request without one passes every `check_origin` of Phoenix. The type is that of the request
 * beneath, because the one of @types/ws has no `closeTimeout` and another `checkServerIdentity`.
 */
function optionsOf({ settings, hop, tunnel }: Session): ClientRequestArgs {
  const options = {
    ...settings.tls,
    agent: settings.agent ?? tunnel?.agent,
    headers: hop.headers,
    maxPayload: settings.maxPayload,
    closeTimeout: settings.closeTimeout,
    perMessageDeflate: settings.deflate,
    skipUTF8Validation: false,
    followRedirects: false,
  };
  return options;
}

function listen(session: Session, ws: WebSocket): void {
  ws.on('unexpected-response', onUnexpectedResponse.bind(session));
  ws.on('upgrade', onUpgrade.bind(session));
  ws.on('open', onOpen.bind(session));
  ws.on('message', onMessage.bind(session));
  ws.on('error', onError.bind(session));
  ws.on('close', onClose.bind(session));
}

/** `ws` may still report the failure that an abort makes of a handshake. */
function silence(ws: WebSocket): void {
  ws.removeAllListeners();
  ws.on('error', ignore);
}

function follow(session: Session, hop: Hop): void {
  const { ws } = session;
  session.hop = hop;
  if (ws !== null) silence(ws);
  ws?.terminate();
  session.tunnel?.release();
  connect(session);
}

/** The orderly end. The peer's Close frame is behind what it sent before: a paused socket must read on. */
function hangUp(session: Session, close: Close): void {
  const { ws } = session;
  if (ws === null) return;
  decide(session, ws, close);
  whenOpen(session)?.resume();
  ws.close(close.code, close.reason);
}

function end(session: Session, close: Close): void {
  const { ws } = session;
  if (ws === null) return;
  decide(session, ws, close);
  session.batch?.flush();
  ws.terminate();
}

/** The first cause known is the one reported: in any later state there was one before. */
function decide(session: Session, ws: WebSocket, close: Close): void {
  if (ws.readyState !== WebSocket.CONNECTING && ws.readyState !== WebSocket.OPEN) return;
  session.ending ??= session.refusal?.settle() ?? close;
}

function report(session: Session, close: Close): void {
  session.request.signal.removeEventListener('abort', session.onAbort);
  session.batch?.stop();
  if (session.ws !== null) silence(session.ws);
  session.tunnel?.release();
  session.sink.closed(close);
}

/** `ws` throws when it is paused or resumed between a failed handshake and its end. */
function whenOpen({ ws }: Session): WebSocket | null {
  return ws?.readyState === WebSocket.OPEN ? ws : null;
}

function onAbort(this: Session): void {
  end(this, lost('requested', 'aborted before it was open'));
}

function onUnexpectedResponse(this: Session, _request: unknown, response: IncomingMessage): void {
  const { settings, clock } = this;
  const answer = { status: response.statusCode ?? 0, location: response.headers.location };
  const redirect = redirectFrom(this.hop, answer, settings.redirects);
  if (redirect.kind === 'follow') return follow(this, redirect.hop);
  const refusal = new UpgradeRefusal(response, {
    clock,
    timeout: settings.closeTimeout,
    done: () => end(this, refusal.settle()),
    ...(redirect.kind === 'refuse' && { why: redirect.why }),
  });
  this.refusal = refusal;
}

function onUpgrade(this: Session, response: IncomingMessage): void {
  const { settings, clock, hop, ws } = this;
  if (ws === null) return;
  this.stage = 'answered';
  const { socket } = response;
  const timeout = settings.writeTimeout;
  const stall = new WriteStall({ pipe: ws, socket, timeout, clock, stalled: onStalled.bind(this) });
  this.batch = new WriteBatch(socket, stall);
  const chosen = response.headers['sec-websocket-protocol'];
  if (hop.protocols.length > 0 && chosen === undefined) this.ending ??= authTokenDisabled();
}

function onOpen(this: Session): void {
  this.stage = 'open';
  this.request.signal.removeEventListener('abort', this.onAbort);
  if (this.paused) this.ws?.pause();
  this.sink.opened();
}

/** A Buffer, because `nodebuffer` is the binary type of `ws` unless one asks for another. */
function onMessage(this: Session, data: Buffer, isBinary: boolean): void {
  if (this.ending === null) this.sink.frame(isBinary ? data : data.toString('utf8'));
}

function onStalled(this: Session): void {
  const { writeTimeout } = this.settings;
  end(this, lost('writeTimeout', `bytes waited and none left for ${writeTimeout} ms`));
}

function onError(this: Session, error: Error): void {
  const { refusal, stage, settings } = this;
  this.ending ??= refusal?.settle() ?? failureOf(stage, error, settings.maxPayload);
}

function onClose(this: Session, code: number, reason: Buffer): void {
  report(this, this.ending === null ? byPeer(code, reason) : asEnded(this.ending, code));
}

function ignore(): void {}
