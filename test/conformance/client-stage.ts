/** What a client under test is played against: a server, real or not, that keeps to the recording. */

import type { Frame } from '../../src/protocol/serializer.js';
import type { DialRequest, Transport } from '../../src/transport/transport.js';
import type { Closed, Refused } from './client-plan.js';

export interface Stage {
  readonly transport: Transport;
  /** Where the recorded mount, such as `/socket`, is found. */
  urlOf(mount: string): string;
  dialed(): Promise<DialRequest>;
  open(): Promise<void>;
  refuse(refused: Refused): Promise<void>;
  /** The next frame that the client writes. */
  written(): Promise<Frame>;
  /** What the client wrote and nobody took. */
  readonly unread: readonly Frame[];
  /** The client's next heartbeat is due after so many milliseconds. */
  beat(interval: number): void;
  hear(frame: Frame): void;
  /** Resolves when all that was to be heard is heard, and what it led to is told. */
  settled(): Promise<void>;
  /** The server ends the connection. */
  end(closed: Closed): Promise<void>;
  /** Resolves with the Close frame of the client. */
  hungUp(): Promise<{ readonly code: number; readonly reason: string }>;
}
