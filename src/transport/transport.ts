/** The contract of a transport: dial, then report to a sink; send, pause, resume, close, terminate. */

import type { Frame } from '../protocol/serializer.js';
import type { Close } from '../protocol/close.js';

export type DialRequest = {
  /** The full address: path with its suffix, params, `vsn`. May carry secrets: never log it whole. */
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly authToken: string | null;
  /** Aborted when nobody wants the connection any more before it opened. */
  readonly signal: AbortSignal;
};

/** Where a transport reports. `closed` comes exactly once and last; after it nothing is reported. */
export interface TransportSink {
  opened(): void;
  frame(frame: Frame): void;
  closed(close: Close): void;
}

export interface Connection {
  /** Bytes accepted by `send` and not yet handed to the operating system; by long poll, not yet accepted by the server. */
  readonly bufferedAmount: number;
  /** Never throws; what cannot be sent is lost and ends in `closed`. */
  send(frame: Frame): void;
  /** Stops reading, so that the peer feels it; frames already read may still be reported. */
  pause(): void;
  resume(): void;
  /** The orderly end: a Close frame where the transport has one. Ends in `closed` within a bounded time. */
  close(code: number, reason: string): void;
  /** The end without a word, for a peer that no longer listens. */
  terminate(): void;
}

export interface Transport {
  readonly name: string;
  /** Why no server would take such a frame, null when one would: a push of it throws `PHX_ENCODING`. Default: any goes. */
  refuses?(frame: Frame): string | null;
  /** Never throws: what is wrong with the dial arrives as `closed`. May report before it returns. */
  dial(request: DialRequest, sink: TransportSink): Connection;
}
