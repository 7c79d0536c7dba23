/** What the socket's chart can be told, and what it reads and needs done. */

import type { Judgement } from '../policy/reconnect.js';
import type { Close } from '../protocol/close.js';

export type SocketState =
  | 'disconnected'
  | 'connecting'
  | 'connected'
  | 'backingOff'
  | 'unauthorized';

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
  /** The connection is good, and a new one is wanted all the same. */
  | { readonly type: 'renew' }
  /** Whoever gives this client its credentials has refused them. */
  | { readonly type: 'credentials.denied' }
  /** The machine slept: whatever was quiet may be long dead. */
  | { readonly type: 'clock.jumped' }
  /** The worker cannot keep up, so nothing is read for a while: not even the answer to a heartbeat. */
  | { readonly type: 'reading.paused' }
  | { readonly type: 'reading.resumed' }
  | SessionEvent;

/** How a good connection gives way to a new one. */
export interface RenewalEffects {
  /** Draws how many milliseconds the connection may last; null: for ever. */
  drawTerm(): number | null;
  /** Called again and again while it waits for its moment: from some time on nothing new is begun. */
  prepare(): void;
  /** Milliseconds until it is worth looking again. */
  checkIn(): number;
  isDue(): boolean;
  /** It has begun, or the connection fell before. */
  forgo(): void;
  /** Ends the connection in good order, and says how. */
  begin(): { readonly close: Close; readonly judgement: Judgement };
}

/** What the chart reads and needs done. None of these may throw; trouble comes back as an event. */
export interface SocketEffects {
  readonly connectTimeout: number;
  readonly credentialsTimeout: number;
  /** Null: no heartbeats. */
  readonly heartbeatInterval: number | null;
  readonly heartbeatTimeout: number;
  readonly renewal: RenewalEffects;
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
  /** Whether an open transport counts only when a heartbeat was answered on it. */
  mustVerify(): boolean;
  needsCredentials(close: Close): boolean;
  judge(loss: { close: Close; failures: number; refusals: number }): Judgement;
  announceOnline(attempt: number): void;
  announceOffline(): void;
  announceLost(close: Close, failures: number, retryIn: number | null): void;
}
