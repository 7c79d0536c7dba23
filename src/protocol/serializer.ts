/** The contract of a serializer: message to frame, frame to message. */

import type { ProtocolError } from '../errors.js';
import type { WireMessage } from './message.js';

/** What a transport carries: text, or bytes. */
export type Frame = string | Uint8Array;

export interface Serializer {
  /** Sent to the server as the `vsn` parameter, which picks the serializer on its side. */
  readonly vsn: string;
  /**
   * False when `phx_close` may not tell which join it ends (version 1): a leave then waits for the close
   * itself before the topic is joined again. Default true.
   */
  readonly attributesClose?: boolean;
  /** Throws `UsageError` with code `PHX_ENCODING` for a message that cannot be put on the wire. */
  encode(message: WireMessage): Frame;
  /** The message, or what is wrong with the frame. What a serializer throws counts as `PHX_BAD_FRAME`. */
  decode(frame: Frame): WireMessage | ProtocolError;
}
