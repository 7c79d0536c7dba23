/** The transport that a name stands for, and what it means for addresses and frames. */

import type { Clock } from '../clock.js';
import type { WireMessage } from '../protocol/message.js';
import type { Frame, Serializer } from '../protocol/serializer.js';
import { unencodable } from '../protocol/unencodable.js';
import { longPollTransport } from '../transport/longpoll-transport.js';
import type { Transport } from '../transport/transport.js';
import { wsTransport } from '../transport/ws-transport.js';
import type { Settings } from './settings.js';

/** Those that this package has, by name. */
export const TRANSPORT_NAMES = ['websocket', 'longpoll'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

export function transportFor(
  choice: TransportName | Transport,
  { websocket, longpoll }: Pick<Settings, 'websocket' | 'longpoll'>,
  clock: Clock,
): Transport {
  switch (choice) {
    case 'websocket':
      return wsTransport(websocket, clock);
    case 'longpoll':
      return longPollTransport(longpoll, clock);
    default:
      return choice;
  }
}

/** The end of the path that it dials. One of the user's own is given that of WebSocket. */
export function suffixOf({ name }: Transport): TransportName {
  return name === 'longpoll' ? 'longpoll' : 'websocket';
}

/** Throws `PHX_ENCODING` also for a frame that the transport could never send. */
export function encodeFor(
  transport: Transport,
  serializer: Serializer,
  message: WireMessage,
): Frame {
  const frame = serializer.encode(message);
  const problem = transport.refuses?.(frame) ?? null;
  if (problem !== null) throw unencodable(message, problem);
  return frame;
}
