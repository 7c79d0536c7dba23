/** What a socket needs of the client it belongs to, and what a client's sockets have to tell. */

import type { ChannelListener } from '../channel/hub.js';
import type { Clock } from '../clock.js';
import type { ProtocolError } from '../errors.js';
import type { Random } from '../policy/backoff.js';
import type { Close } from '../protocol/close.js';
import type { Inbound } from '../protocol/inbound.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import type { Credentials } from './credentials.js';
import type { DialTurns } from './dial-turns.js';
import type { Settings } from './settings.js';
import type { Socket, SocketState } from './socket.js';

export type ConnectedFact = {
  /** Which dial in a row succeeded, from 1. */
  readonly attempt: number;
  /** The name of the transport. */
  readonly transport: string;
};

export type DisconnectedFact = {
  readonly close: Close;
  /** Failures in a row, from 1; 0 after a useful life that ended by request. */
  readonly attempt: number;
  /** Milliseconds until the next dial; null when the policy will not try again. */
  readonly retryIn: number | null;
};

/** Whom a client's sockets tell: the worker's mailbox, or the awaitable API. Must not throw. */
export interface SocketsListener extends ChannelListener {
  connected(fact: ConnectedFact): void;
  disconnected(fact: DisconnectedFact): void;
}

export interface SocketHub {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: DialTurns;
  readonly transport: Transport;
  readonly inspect: ((event: unknown) => void) | undefined;
  nextRef(): string;
  request(credentials: Credentials, signal: AbortSignal): DialRequest;
  received(inbound: Inbound): void;
  misread(error: ProtocolError): void;
  changed(socket: Socket, from: SocketState, to: SocketState): void;
  online(socket: Socket, attempt: number): void;
  lost(socket: Socket, fact: DisconnectedFact): void;
  /** It carries no channel any more. */
  emptied(socket: Socket): void;
}
