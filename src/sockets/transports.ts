/** The transports of a client: those that are named are made here, and those of the user's own taken as they are. */

import type { Clock } from '../clock.js';
import { badOption } from '../errors.js';
import type { WireMessage } from '../protocol/message.js';
import type { Frame, Serializer } from '../protocol/serializer.js';
import { unencodable } from '../protocol/unencodable.js';
import { requireList, shown } from '../policy/requirements.js';
import { type LongPollOptions, longPollTransport } from '../transport/longpoll-transport.js';
import { fetchBy } from '../transport/proxied-fetch.js';
import type { Transport } from '../transport/transport.js';
import { type WebSocketOptions, wsTransport } from '../transport/ws-transport.js';

/** Those that this package has. */
export const TRANSPORT_NAMES = ['websocket', 'longpoll'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];
/** The first one is preferred; those after it are fallbacks, in turn. */
export type Transports = readonly [TransportName | Transport, ...(TransportName | Transport)[]];

type TransportSettings = {
  readonly transports: Transports;
  readonly websocket: WebSocketOptions;
  readonly longpoll: LongPollOptions;
  readonly timeouts: { readonly connect: number };
};

const BY_NAME: {
  readonly [Name in TransportName]: (settings: TransportSettings, clock: Clock) => Transport;
} = {
  websocket: ({ websocket, timeouts }, clock) =>
    wsTransport({ ...websocket, connectTimeout: timeouts.connect }, clock),
  longpoll: ({ longpoll, websocket, timeouts }, clock) => {
    const makeFetch = fetchBy({ ...websocket, connectTimeout: timeouts.connect }, clock);
    return longPollTransport(longpoll, clock, makeFetch);
  },
};
const REMEDY = "['websocket'], 'longpoll' or transports of your own, the preferred one first";

/** Throws `PHX_BAD_OPTION` for what cannot dial, and for two of one name: nobody could tell which of them is in use. */
export function requireTransports(transports: Transports): Transports {
  requireList('transports', transports, REMEDY);
  const names = transports.map((transport, at) => nameOf(transport, at));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return transports;
  throw badOption(`transports has '${twice}' twice: give each a name of its own`);
}

export function transportsOf(settings: TransportSettings, clock: Clock): readonly Transport[] {
  return settings.transports.map((transport) =>
    typeof transport === 'string' ? BY_NAME[transport](settings, clock) : transport,
  );
}

/** The end of the path that it dials. One of the user's own is given that of WebSocket. */
export function suffixOf({ name }: Transport): TransportName {
  return name === 'longpoll' ? 'longpoll' : 'websocket';
}

/** Throws `PHX_ENCODING` also for a frame that one of them could never send: it may be the one in use when that goes out. */
export function encodeFor(
  transports: readonly Transport[],
  serializer: Serializer,
  message: WireMessage,
): Frame {
  const frame = serializer.encode(message);
  for (const transport of transports) {
    const problem = transport.refuses?.(frame) ?? null;
    if (problem !== null) throw unencodable(message, problem);
  }
  return frame;
}

function nameOf(transport: unknown, at: number): string {
  if (typeof transport === 'string' && Object.hasOwn(BY_NAME, transport)) return transport;
  const own = transport as Partial<Transport> | null;
  if (typeof own === 'object' && typeof own?.dial === 'function') return String(own.name);
  throw badOption(`transports[${at}] is ${shown(transport)} that cannot dial: write ${REMEDY}`);
}
