/** What the socket's chart can be told, and what it reads and needs done. */

import type { Judgement } from '../policy/reconnect.js';
import type { Close } from '../protocol/close.js';

/** What a session tells the chart. */
export type SessionEvent =
  | { readonly type: 'turn.given' }
  | { readonly type: 'credentials.given' }
  | { readonly type: 'transport.opened' }
  | { readonly type: 'transport.closed'; readonly close: Close }
  | { readonly type: 'heartbeat.answered' };

export type SocketEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  /** The machine slept: whatever was quiet may be long dead. */
  | { readonly type: 'clock.jumped' }
  /** The worker cannot keep up, so nothing is read for a while: not even the answer to a heartbeat. */
  | { readonly type: 'reading.paused' }
  | { readonly type: 'reading.resumed' }
  | SessionEvent;

/** What the chart reads and needs done. None of these may throw; trouble comes back as an event. */
export interface SocketEffects {
  readonly connectTimeout: number;
  readonly credentialsTimeout: number;
  /** Null: no heartbeats. */
  readonly heartbeatInterval: number | null;
  readonly heartbeatTimeout: number;
  /** Opens a session, which asks for its turn to dial, and returns how to hang up. */
  openSession(tell: (event: SessionEvent) => void): () => void;
  authorize(refused: boolean, attempt: number): void;
  /** `attempt`: which dial in a row, from 1. */
  dial(attempt: number): void;
  pushHeartbeat(): void;
  isReadingPaused(): boolean;
  /** Whether silence about a heartbeat is no proof of death: other frames came, or a join holds the server up. */
  mayStillAnswer(): boolean;
  /** Milliseconds until the connection has been of use for long enough to forget failures; 0: it has. */
  stableIn(): number;
  /** Milliseconds until anybody may dial again: asking does not start the floor anew. */
  floorLeft(): number;
  needsCredentials(close: Close): boolean;
  judge(loss: { close: Close; failures: number; refusals: number }): Judgement;
  announceOnline(attempt: number): void;
  announceOffline(): void;
  announceLost(close: Close, failures: number, retryIn: number | null): void;
}
