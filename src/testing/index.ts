/** What tests of one's own workers import: a simulation, a Phoenix that is not one, and a transport without a network. */

export { noReply, reply } from './channel-double.js';
export type {
  ChannelCrash,
  ChannelDouble,
  ChannelTable,
  HandledPush,
  ServerChannel,
} from './channel-double.js';
export type { Connect, ConnectInfo, Refusal } from './connect.js';
export type { Faults } from './faults.js';
export type { EndCause, EntryOf, LogEntry, LogKind } from './log-entry.js';
export type { LongPollTimes } from './longpoll-session.js';
export { PhoenixDouble } from './phoenix-double.js';
export type { Dial, PhoenixDoubleOptions } from './phoenix-double.js';
export { seedChannels } from './seed-channels.js';
export type { PresenceMeta, PresenceState } from './presences.js';
export type { ServerKind } from './server-kind.js';
export type { LogMatch, ServerLog } from './server-log.js';
export { simulate } from './simulate.js';
export type { SimulationOptions, Startable } from './simulate.js';
export { simulateSocket } from './simulate-socket.js';
export type { SocketSimulationOptions } from './simulate-socket.js';
export type { SimulatedClock } from './simulated-time.js';
export type { AcceptedDial, ServerJoin, ServerPush, Simulation } from './simulation.js';
export { memoryTransport } from '../transport/memory-transport.js';
export type {
  MemoryDial,
  MemoryRefusal,
  MemoryServer,
  MemorySession,
} from '../transport/memory-transport.js';
