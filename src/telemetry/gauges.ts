/** What can be read of a running client at any time: totals that never fall, and what stands now. */

import type { ChannelStateName, SocketStateName } from './facts.js';

/** Each reading is of the moment; none is kept up to date for who does not read it. */
export interface Gauges {
  /** Frames and bytes since the client started, heartbeats included. Bytes of text are those of its UTF-8. */
  readonly framesReceived: number;
  readonly framesSent: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Messages of an earlier join, or of none, since the client started. */
  readonly stale: number;
  /** Messages that the inbox has shed since the client started. */
  readonly shed: number;
  /** Messages and facts that wait for a callback. */
  readonly inbox: number;
  /** How many sockets are in each state: open are those that are `connected`. */
  readonly sockets: CountBy<SocketStateName>;
  /** How many channels are in each state. */
  readonly channels: CountBy<ChannelStateName>;
  /** What waits to be sent, in all topics; nothing that is confirmed. */
  readonly outbox: { readonly messages: number; readonly bytes: number };
  /** Pushes that were sent and wait for a reply; none that are confirmed. */
  readonly unanswered: number;
  /** Confirmed pushes that wait for their replies, sent or not; and those of them whose topics nobody wants. */
  readonly confirmed: { readonly pushes: number; readonly orphaned: number };
}

export type CountBy<Name extends string> = { readonly [N in Name]: number };
