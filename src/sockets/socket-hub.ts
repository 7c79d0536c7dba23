/** What a socket needs of the client it belongs to. */

import type { Clock } from '../clock.js';
import type { ProtocolError } from '../errors.js';
import type { Random } from '../policy/backoff.js';
import type { DisconnectedFact } from '../policy/facts.js';
import type { Inbound } from '../protocol/inbound.js';
import type { WireMessage } from '../protocol/message.js';
import type { Frame } from '../protocol/serializer.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import type { Credentials } from './credentials.js';
import type { DialTurns } from './dial-turns.js';
import type { Settings } from './settings.js';
import type { Socket } from './socket.js';
import type { SocketState } from './socket-effects.js';
import type { Traffic } from './traffic.js';

export interface SocketHub {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: DialTurns;
  /** The preferred one first. */
  readonly transports: readonly Transport[];
  readonly reporter: Reporter;
  /** Whether the worker cannot keep up for the moment. */
  readonly isReadingPaused: boolean;
  /** Null: nobody watches. */
  readonly traffic: Traffic | null;
  nextRef(): string;
  request(credentials: Credentials, transport: Transport, signal: AbortSignal): DialRequest;
  /** Whether the others stand, or rest, so that this one may be renewed. */
  mayRenew(socket: object): boolean;
  /** Throws `PHX_ENCODING`. */
  encode(message: WireMessage): Frame;
  received(inbound: Inbound): void;
  misread(error: ProtocolError): void;
  /** `ended` resolves when the session's transport is gone, though its socket may be so before. */
  sessionOpened(ended: Promise<void>): void;
  changed(socket: Socket, from: SocketState, to: SocketState): void;
  online(socket: Socket, attempt: number): void;
  lost(socket: Socket, fact: DisconnectedFact): void;
  /** The function form of `reconnect` threw, or gave no answer. Must not throw. */
  policyFailed(problem: unknown): void;
  /** It carries no channel any more. */
  emptied(socket: Socket): void;
}
