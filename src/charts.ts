/** The statecharts, for who wants to draw, walk or watch them. */

export type { ChannelEffects, ChannelEvent, ChannelState } from './channel/channel-effects.js';
export { channelMachine } from './channel/channel.machine.js';
export type { ChannelFailure } from './policy/rejoin.js';
export type { Judgement } from './policy/reconnect.js';
export type {
  RenewalEffects,
  SessionEvent,
  SocketEffects,
  SocketEvent,
} from './sockets/socket-effects.js';
export { socketMachine } from './sockets/socket.machine.js';
export { inspectWith } from './telemetry/inspector.js';
