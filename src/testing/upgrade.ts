/** Turns an admitted HTTP upgrade into a WebSocket, with the habits of Cowboy or of Bandit. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import type { Handshake } from './handshake.js';
import type { ServerKind } from './server-kind.js';
import type { ServerSocket, Wire } from './server-socket.js';

/** The limit that websock_adapter (from 0.6.0) sets on a frame from a client; beyond it the close code is 1009. */
const MAX_FRAME = 10_000_000;

/** Bandit answers a client's Close frame with 1000 whatever its code; Cowboy, like `ws`, echoes it. */
class BanditWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    // `ws` answers a Close frame with no code or with code and reason, a violation with a code alone.
    const answersClient = code === undefined || reason !== undefined;
    super.close(answersClient ? 1000 : code);
  }
}

export class WebSocketUpgrade {
  readonly #plain: WebSocketServer;
  readonly #deflate: WebSocketServer;

  constructor(server: ServerKind) {
    this.#plain = webSocketServer(server, false);
    this.#deflate = webSocketServer(server, true);
  }

  /** Answers 101, or 400 to a request that is no WebSocket handshake. */
  accept(
    request: IncomingMessage,
    tcp: Duplex,
    head: Buffer,
    handshake: Handshake,
    opened: (wire: Wire) => ServerSocket,
  ): void {
    answerSubprotocol(request, handshake.protocol);
    const server = handshake.mount.deflate ? this.#deflate : this.#plain;
    server.handleUpgrade(request, tcp, head, (webSocket) => listen(webSocket, opened));
  }
}

function webSocketServer(server: ServerKind, deflate: boolean): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    autoPong: false,
    maxPayload: MAX_FRAME,
    perMessageDeflate: deflate ? { threshold: 0 } : false,
    WebSocket: server === 'bandit' ? BanditWebSocket : WebSocket,
  });
}

/** `ws` answers with the first subprotocol it finds in the request. */
function answerSubprotocol(request: IncomingMessage, protocol: string | null): void {
  if (protocol === null) delete request.headers['sec-websocket-protocol'];
  else request.headers['sec-websocket-protocol'] = protocol;
}

function listen(webSocket: WebSocket, opened: (wire: Wire) => ServerSocket): void {
  const socket = opened(wireOf(webSocket));
  webSocket.on('message', (data, isBinary) => socket.received(frameOf(data, isBinary)));
  webSocket.on('ping', (data) => socket.pinged(data));
  webSocket.on('pong', () => socket.ponged());
  webSocket.on('close', (code) => socket.closed(code));
  webSocket.on('error', ignore);
}

function wireOf(webSocket: WebSocket): Wire {
  return {
    send: (frame) => webSocket.send(frame, ignore),
    pong: (data) => webSocket.pong(data, false, ignore),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    close: (code) => webSocket.close(code),
    cut: () => webSocket.terminate(),
  };
}

/** With the default `binaryType` of `ws` a message is one Buffer. */
function frameOf(data: RawData, isBinary: boolean): string | Uint8Array {
  const bytes = data as Buffer;
  return isBinary ? bytes : bytes.toString('utf8');
}

/** A broken connection is told by `close`. */
function ignore(): void {}
