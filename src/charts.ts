/** The statecharts, for who wants to draw, walk or watch them. */

export {
  type ChannelEffects,
  type ChannelEvent,
  channelMachine,
  type ChannelState,
} from './channel/channel.machine.js';
export type { ChannelFailure } from './policy/rejoin.js';
export type { Judgement } from './policy/reconnect.js';
export {
  type SessionEvent,
  type SocketEffects,
  type SocketEvent,
  socketMachine,
} from './sockets/socket.machine.js';
export { inspectWith } from './telemetry/inspector.js';
